"""The ways to run a component. Each knows the contract only, and is handed the component."""
