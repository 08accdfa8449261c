"""The settings: from defaults, a TOML file, the environment and the command line."""
