"""The command line: the same workflows without a browser."""

import argparse
import sys
from pathlib import Path

from mmm_core import __version__
from mmm_core.errors import BadInput, BlockedFit, WorkshopError

EXIT_DONE, EXIT_FAILED, EXIT_BAD_INPUT, EXIT_BLOCKED = 0, 1, 2, 3


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit status: 0 done, 1 failed, 2 bad input (nothing written), 3 findings block."""
    parsed = _parser().parse_args(arguments)
    try:
        return int(parsed.act(parsed))
    except BadInput as error:
        return _refuse(error, EXIT_BAD_INPUT)
    except BlockedFit as error:
        return _refuse(error, EXIT_BLOCKED)
    except WorkshopError as error:
        return _refuse(error, EXIT_FAILED)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mmm-workshop", description="Scope and fit a marketing mix model.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="read a workshop.toml, write tables, fit and scenarios to a folder")
    run.add_argument("toml", type=Path, help="the workshop file")
    run.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the results")
    run.add_argument(
        "--data", type=Path, metavar="FOLDER", help="folder of the files that the workshop file names; default: its own"
    )
    run.add_argument(
        "--validate", action="store_true", help="test the fit on held-out periods and in refits: fit/validation.json"
    )
    run.set_defaults(act=_run)
    compare = commands.add_parser("compare", help="put two to six workshop.toml on the same data side by side")
    compare.add_argument("toml", type=Path, nargs="+", help="workshop files; the others are held against the first")
    compare.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the results")
    compare.add_argument(
        "--data", type=Path, metavar="FOLDER", help="folder of the files that they name; default: that of each"
    )
    compare.add_argument("--no-holdout", action="store_true", help="leave out the test on held-out periods")
    compare.set_defaults(act=_compare)
    workbook = commands.add_parser("mapping-workbook", help="a project's mapping as an Excel workbook, out and back in")
    workbook.add_argument("project", help="name or id of a project of the app")
    way = workbook.add_mutually_exclusive_group(required=True)
    way.add_argument("--out", type=Path, metavar="FILE", help="write the workbook that the client fills in")
    way.add_argument("--take", type=Path, metavar="FILE", help="keep what a filled workbook changes as a proposal")
    workbook.add_argument("--author", default="Somebody", metavar="NAME", help="who filled it in; default: Somebody")
    workbook.set_defaults(act=_mapping_workbook)
    demo = commands.add_parser("demo", help="fit the demo client, then open the app on localhost")
    demo.add_argument("--no-app", action="store_true", help="end after the fit")
    demo.add_argument("--port", type=int, help="port of the app, default 8501")
    demo.set_defaults(act=_demo)
    app = commands.add_parser("app", help="open the app on localhost")
    app.add_argument("--port", type=int, help="port of the app, default 8501")
    app.set_defaults(act=_app)
    return parser


def _run(parsed: argparse.Namespace) -> int:
    from mmm_core.workflows.headless import run

    run(parsed.toml, parsed.out, data=parsed.data, validate=parsed.validate, say=_say)
    return EXIT_DONE


def _compare(parsed: argparse.Namespace) -> int:
    from mmm_core.workflows.headless_comparison import compare

    compare(parsed.toml, parsed.out, data=parsed.data, holdout=not parsed.no_holdout, say=_say)
    return EXIT_DONE


def _mapping_workbook(parsed: argparse.Namespace) -> int:
    from mmm_core.settings import Installation
    from mmm_core.workflows.workbook_files import take_workbook_file, write_workbook_file

    installation = Installation.from_environment()
    if parsed.out is not None:
        write_workbook_file(installation, parsed.project, parsed.out, say=_say)
    else:
        take_workbook_file(installation, parsed.project, parsed.take, author=parsed.author, say=_say)
    return EXIT_DONE


def _demo(parsed: argparse.Namespace) -> int:
    from mmm_core.settings import Installation
    from mmm_core.workflows.serving import prepare_demo, serve

    prepare_demo(Installation.from_environment(), say=_say)
    return EXIT_DONE if parsed.no_app else serve(port=parsed.port)


def _app(parsed: argparse.Namespace) -> int:
    from mmm_core.workflows.serving import serve

    return serve(port=parsed.port)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _refuse(error: WorkshopError, status: int) -> int:
    _say(f"{error.title}: {error}")
    return status


if __name__ == "__main__":
    sys.exit(main())
