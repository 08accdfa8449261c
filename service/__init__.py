"""From a question to a response over HTTP: `service.app` puts the routes together."""
