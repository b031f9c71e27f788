"""Pages of clerks, reviewers and supervisors: what draws on several features at once."""
