"""The answers to each method of the Bot API, one file for each thing a bot can do.

A checked `MethodCall` comes in. The method's result leaves as JSON, or a refusal; state is changed in
`sandbox.world`. `sandbox.server.server` answers every other method from the schema.
"""
