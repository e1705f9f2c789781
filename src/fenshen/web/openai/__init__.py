"""The OpenAI-compatible API: `model` is a twin's slug, and every answer is metered."""
