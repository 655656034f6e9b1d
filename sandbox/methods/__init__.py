"""What answers each method of the Bot API, one file for each thing a bot can do.

In comes a checked `MethodCall`. Out goes the method's result as JSON, or a refusal; what changed, changed in
`sandbox.world`. A method without an answer of its own is answered by `sandbox.server.server`, from the schema.
"""
