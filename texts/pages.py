"""Self-contained HTML reports: what they look like is in `page.html.j2`, what they say in a template of their own."""

from functools import cache

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, Template


@cache
def template(package: str, name: str) -> Template:
    """A template of a package, which may extend `page.html.j2`."""
    return Environment(
        loader=ChoiceLoader([PackageLoader(package, "."), PackageLoader("texts", ".")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    ).get_template(name)
