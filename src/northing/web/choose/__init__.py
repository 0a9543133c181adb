"""Choose: limits with sliders on the left, the best plan under them on the right."""
