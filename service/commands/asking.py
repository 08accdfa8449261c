"""The command `pincite ask`."""

from __future__ import annotations

from collections.abc import Mapping

import click
from pydantic import ValidationError

from index import CITATION_FORMATS, CitationFormat, QueryError
from service.answers.answer import Answer
from service.commands.answer_text import print_answer
from service.commands.building import open_or_build
from service.commands.collaborators import Collaborators
from service.commands.options import example, with_common_options, with_filters
from service.http.problems import field_problems
from service.schemas.answers import answer_reply
from service.schemas.filters import FLAT_RULES
from service.schemas.questions import OPTION_RULES, AskArguments
from service.settings.settings import Settings, load_settings
from service.wiring.models import OpenRecipe


@click.command(epilog=example('pincite ask "Where was the 2018 summit to be held?" --top-k 2'))
@with_common_options
@click.argument("question")
@click.option("--top-k", type=int, default=5, show_default=True, help="Passages, 1 to 50.")
@with_filters
@click.option("--asked-on", metavar="YYYY-MM-DD", help="The day of the question, if not today.")
@click.option(
    "--prefer",
    type=click.Choice(["recent"]),
    help="Newest first among nearly equal scores.",
)
@click.option(
    "--citation-format",
    type=click.Choice(list(CITATION_FORMATS)),
    help="Format of the citations. [default: plain]",
)
@click.option("--json", "as_json", is_flag=True, help="Print the same JSON as POST /ask.")
@click.pass_obj
def ask(
    collaborators: Collaborators,
    /,
    *,
    question: str,
    top_k: int,
    asked_on: str | None,
    prefer: str | None,
    citation_format: CitationFormat | None,
    as_json: bool,
    **options: object,
) -> None:
    """Answer QUESTION here, without a server; builds the index first if there is none."""
    filters = {name: options.pop(name) for name in FLAT_RULES}
    fields = {
        "question": question,
        "top_k": top_k,
        "asked_on": asked_on,
        "prefer": prefer,
        **{name: value for name, value in filters.items() if value},
    }
    answer = answer_once(load_settings(**options), fields, collaborators.recipe_of)
    if as_json:
        click.echo(answer_reply(answer, citation_format).model_dump_json(indent=2))
    else:
        print_answer(answer, citation_format or "plain")


def answer_once(settings: Settings, fields: Mapping[str, object], recipe_of: OpenRecipe) -> Answer:
    """Answer one question, given as fields of text; build the index if there is none.

    Raises:
        PinciteError: the question, the index, the documents or the model cannot be used.
    """
    try:
        query = AskArguments.model_validate(fields, by_alias=False, by_name=True).query()
    except ValidationError as error:
        raise QueryError(field_problems(error, OPTION_RULES).detail) from error
    return open_or_build(settings, recipe_of).answerer.answer(query)
