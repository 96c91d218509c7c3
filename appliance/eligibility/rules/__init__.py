"""What has a date in it, as data: `*.toml` beside this file, one class a kind of rule, functions of the day of service."""
