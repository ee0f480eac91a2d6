"""`slogen schema`."""

from __future__ import annotations

import click

from slogen.shape.schema import SCHEMAS, schema_text


@click.command("schema")
@click.argument("name", required=False, default="slo", type=click.Choice(tuple(SCHEMAS)))
@click.option("--list", "list_", is_flag=True, help="List the schemas.")
def command(name: str, list_: bool) -> None:
    """Print a JSON Schema of the spec files, for editors.

    \b
    Examples: slogen schema > slo.schema.json
              slogen schema settings
    """
    click.echo("\n".join(SCHEMAS) if list_ else schema_text(name).rstrip("\n"))
