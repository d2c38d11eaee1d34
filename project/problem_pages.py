"""`/problems/`: the pages that a problem's ``type`` leads to."""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from project.health import get_only
from project.problem_help import HELP, example
from project.problems import ALL

BY_SLUG = {problem.slug: problem for problem in ALL}


@get_only
def index(request: HttpRequest) -> HttpResponse:
    """Every problem, by its status."""
    found = sorted(ALL, key=lambda problem: (problem.status, problem.slug))
    return render(request, "problems/index.html", {"problems": found})


@get_only
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """What happened, what to do, and an example."""
    problem = BY_SLUG.get(slug)
    if problem is None:
        raise Http404
    shown = json.dumps(example(problem), indent=2, ensure_ascii=False)
    return render(request, "problems/page.html", {"problem": problem, "help": HELP[problem], "example": shown})
