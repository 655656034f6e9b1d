"""`qala …` and `python -m bot …`."""


def main() -> None:
    """Run the command line."""
    from bot.cli.commands import app

    app(prog_name="qala")


if __name__ == "__main__":
    main()
