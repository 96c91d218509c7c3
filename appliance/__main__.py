"""`python -m appliance` and the console command `madoguchi`."""

from appliance.cli.main import main

if __name__ == "__main__":
    main()
