"""`python -m slogen`: the same as the `slogen` command."""

from slogen.cli import main

if __name__ == "__main__":
    main(prog_name="slogen")
