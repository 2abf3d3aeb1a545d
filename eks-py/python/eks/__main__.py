"""``python -m eks token --cluster-name NAME``: kubectl's exec plugin. Prints an ``ExecCredential`` and nothing else."""

from __future__ import annotations

import sys

from . import _native

USAGE = """\
Prints a token for an EKS cluster, for kubectl.

Usage: python -m eks token --cluster-name NAME [--region REGION] [--profile NAME]
       eks-token --cluster-name NAME [--region REGION] [--profile NAME]

  --cluster-name NAME  the cluster's name
  --region REGION      the cluster's region; else that of the AWS configuration
  --profile NAME       use this profile of the AWS configuration

Credentials come from the standard AWS chain."""

_OPTIONS = {"--cluster-name": "name", "--region": "region", "--profile": "profile"}


def main(arguments: list[str] | None = None) -> int:
    """``python -m eks``."""
    words = sys.argv[1:] if arguments is None else arguments
    if not words or words[0] in ("-h", "--help"):
        print(USAGE)
        return 0
    if words[0] != "token":
        print(f"eks: unknown command {words[0]!r}\n\n{USAGE}", file=sys.stderr)
        return 2
    return token(words[1:])


def token(arguments: list[str] | None = None) -> int:
    """``eks-token``."""
    from json import dumps
    from os import environ

    words = sys.argv[1:] if arguments is None else arguments
    given: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        option, mark, value = word.partition("=")
        if option in ("-h", "--help"):
            print(USAGE)
            return 0
        if option not in _OPTIONS:
            print(f"eks-token: unknown option {word!r}\n\n{USAGE}", file=sys.stderr)
            return 2
        given[_OPTIONS[option]] = value if mark else next(rest, "")
    name = given.pop("name", "")
    if not name:
        print(f"eks-token: --cluster-name is missing\n\n{USAGE}", file=sys.stderr)
        return 2
    question = {"method": "execCredential", "name": name}
    info = environ.get("KUBERNETES_EXEC_INFO")
    if info:
        question["execInfo"] = info
    try:
        print(_native.Client(dumps(given)).ask(dumps(question)))
    except Exception as error:
        from .errors import EksError

        if not isinstance(error, EksError):
            raise
        print("eks-token: " + ": ".join((str(error), *error.causes)), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
