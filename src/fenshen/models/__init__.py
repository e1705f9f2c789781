"""The large-model layer: one Protocol per modality, a catalog of weights, engines behind a registry."""
