"""What a document follows from: kept under its calculation id, and made again from there."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import TypeAdapter

from geo.errors import PackError, ParameterError
from geo.growth.calculation import norms_in_use, utilisation_in_use
from geo.growth.terms import Terms  # noqa: TC001  # read by pydantic
from geo.i18n import Remark
from geo.jobs import read_norms, with_overrides, with_utilisation
from geo.land.rules import ReserveRules  # noqa: TC001  # as above
from geo.ledger.calculations import calculation_id_of
from geo.ledger.entries import Head
from geo.ledger.tables import json_text
from geo.lists import list_at, pack_projects
from geo.report.zone_facts import AllFacts
from geo.schema.documents import STRICT, read
from geo.workspace import Workspace

if TYPE_CHECKING:
    from geo.ledger.calculations import Calculation
    from geo.ledger.store import Ledger
    from geo.pack.read import Pack

# What figures mean. Raised whenever a document would have others from the same data, so that one
# that was made says by which version of the figures it was.
FIGURES_VERSION: Final = 1

Kind = Literal["zone_sheet", "account_report"]
ZONE_SHEET: Final[Kind] = "zone_sheet"
ACCOUNT_REPORT: Final[Kind] = "account_report"


@dataclass(frozen=True, kw_only=True)
class DocumentRecipe:
    """
    All that a document's figures follow from; its language and time are none of it.

    Attributes
    ----------
    kind
        Which document.
    zones
        Ids of the zones it tells of.
    rules, terms
        Parameters of the land account and of the 90 % rule.
    norms, utilisation
        All in use (m² BRA per job, m² BRA for each m² of site), so that the document does not
        depend on those that are shipped.
    pack_sha256
        Of the pack.
    ledger_seq, ledger_at
        Newest entry of the list of projects and its time (ISO 8601); 0 and empty for the pack's
        own plan cases.
    earlier_pack_sha256
        Of the pack that a document compares with; None where it compares with none.
    figures_version
        `FIGURES_VERSION` when it was made.
    """

    __pydantic_config__ = STRICT

    kind: Kind
    zones: tuple[str, ...]
    rules: ReserveRules
    terms: Terms
    norms: dict[str, tuple[float, float]]
    utilisation: dict[str, tuple[float, float]]
    pack_sha256: str
    ledger_seq: int
    ledger_at: str
    earlier_pack_sha256: str | None = None
    figures_version: int = FIGURES_VERSION

    def as_dict(self) -> dict[str, Any]:
        """Return what is saved, as JSON has it; equal for equal recipes."""
        return dict(json.loads(json_text(asdict(self))))

    @property
    def calculation_id(self) -> str:
        """The id that it is saved under, whether or not it is."""
        return calculation_id_of(self.as_dict())


_READER: Final = TypeAdapter(DocumentRecipe)


def recipe_for(
    facts: AllFacts, kind: Kind, *zone_ids: str, earlier: Pack | None = None
) -> DocumentRecipe:
    """Return what a document of some zones (all where none is named) follows from."""
    at, listed = facts.workspace, facts.workspace.listed
    return DocumentRecipe(
        kind=kind,
        zones=zone_ids or tuple(facts.zone_ids),
        rules=facts.rules,
        terms=facts.terms,
        norms=norms_in_use(at.norms),
        utilisation=utilisation_in_use(at.norms),
        pack_sha256=at.pack.sha256,
        ledger_seq=at.seq,
        ledger_at=listed.at.isoformat() if at.seq and listed and listed.at else "",
        earlier_pack_sha256=None if earlier is None else earlier.sha256,
    )


def figures_of(facts: AllFacts, recipe: DocumentRecipe) -> dict[str, Any]:
    """
    Return the figures of a document of zones, as JSON has them.

    They are saved as the result (`geo.ledger.calculations.Calculations.save`), and compared with
    what is made again by `geo.growth.calculation.same_figures`.
    """
    found: dict[str, Any] = json.loads(json_text(facts.as_dict(*recipe.zones)))
    return found


def document_recipe_of(saved: Calculation) -> DocumentRecipe:
    """
    Return what a saved document follows from.

    Raises
    ------
    ParameterError
        If a calculation of the rule was saved, which is no document; or something else.
    """
    if "kind" not in saved.content:
        raise ParameterError("error.calculation_is_of_rule", id=saved.id)
    return read(_READER, json.dumps(dict(saved.content)), "error.parameters_unreadable")


def require_kind(saved: Calculation, kind: Kind) -> None:
    """
    Make sure that a saved document is of a kind.

    Raises
    ------
    ParameterError
        If it is another; says which.
    """
    there = document_recipe_of(saved).kind
    if there != kind:
        raise ParameterError("error.other_document", id=saved.id, there=Remark(f"document.{there}"))


def remake(saved: Calculation, ledger: Ledger, pack: Pack, **others: Any) -> AllFacts:  # noqa: ANN401  # of the workspace
    """
    Return the facts that a saved document was made from: the list as it was, and the same pack.

    `others` are attributes of `geo.workspace.Workspace` for one who keeps accounts longer.

    Raises
    ------
    PackError
        If the pack is another one; says which is needed.
    LedgerError
        If the ledger has lost the entry that the document starts from.
    NaeringsarealError
        As `document_recipe_of`.
    """
    recipe = document_recipe_of(saved)
    if recipe.pack_sha256 != pack.sha256:
        raise PackError(
            "error.pack_differs", id=saved.id, needed=recipe.pack_sha256, found=pack.sha256
        )
    listed = pack_projects(pack)
    if recipe.ledger_seq:
        at = datetime.fromisoformat(recipe.ledger_at) if recipe.ledger_at else None
        listed = list_at(ledger, Head(recipe.ledger_seq, at))
    norms = with_utilisation(with_overrides(read_norms(), recipe.norms), recipe.utilisation)
    workspace = Workspace(pack=pack, lists=lambda: listed, norms=norms, **others)
    return AllFacts(workspace, recipe.rules, recipe.terms)
