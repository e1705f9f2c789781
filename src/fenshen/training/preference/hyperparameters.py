"""How preferences are learned: one small set of choices on top of the parent's recipe. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

from fenshen.core.ids import digest_text
from fenshen.training.recipe import Recipe


@dataclass(frozen=True)
class PreferenceRecipe:
    """Choices that change what is learned.

    Attributes:
        beta: of DPO and KTO.
        nll_weight: of the chosen answer's own likelihood beside DPO.
        rate_share: peak learning rate as a share of the recipe's: an adapter that speaks is moved gently.
        passes_max: the same preference is never seen more often than this.
        pairs_per_step, thumbs_per_step: compared in one step, as far as they fit into a row.
        conversation_tokens: longer prompts lose their beginning, longer answers their end.
    """

    beta: float = 0.1
    nll_weight: float = 0.2
    rate_share: float = 0.1
    passes_max: int = 6
    pairs_per_step: int = 4
    thumbs_per_step: int = 8
    conversation_tokens: int = 512

    def sha256(self, recipe: Recipe) -> str:
        """Digest of every choice together with the recipe's."""
        return digest_text(recipe.sha256, repr(sorted(asdict(self).items())))

    def gentler(self, recipe: Recipe) -> Recipe:
        """The recipe as it is used here."""
        return replace(
            recipe, learning_rate=recipe.learning_rate * self.rate_share, passes_max=self.passes_max
        )


PREFERENCE_RECIPE = PreferenceRecipe()
