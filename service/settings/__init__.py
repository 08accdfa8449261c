"""Every setting, from defaults, a TOML file, the environment and the command line."""
