"""`python -m expertmine` is the command `expertmine`."""

from expertmine.cli import main

if __name__ == "__main__":
    main()
