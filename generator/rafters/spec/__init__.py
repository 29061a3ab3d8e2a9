"""What was asked: names, answers, resources, blueprints. Pure."""
