"""The thin JSON API: sign in, start, complete. Rights are viewflow's own, one transaction each.

It checks no form, keeps no audit and knows one tenant only; that is to the peer's advantage.
"""

import json

from django.contrib.auth import authenticate, login
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import ensure_csrf_cookie
from viewflow.workflow.models import Task
from viewflow.workflow.status import STATUS

from peer.flows import Approval6


@ensure_csrf_cookie
def sign_in(request):
    if request.method == "GET":
        return JsonResponse({})
    user = authenticate(username=request.POST["name"], password=request.POST["password"])
    if user is None:
        return HttpResponse(status=403)
    login(request, user)
    return JsonResponse({"name": user.username})


def start(request):
    if not request.user.has_perm("viewflow.add_process"):
        return HttpResponse(status=403)
    answers = json.loads(request.body)["answers"]
    with transaction.atomic():
        process = Approval6.start.run(answers=answers)
        return _told(process)


def complete(request, pk):
    said = json.loads(request.body)
    task = Task.objects.select_related("process").get(pk=pk)
    with task.activation() as activation:
        if not activation.assign.has_perm(request.user):
            return HttpResponse(status=403)
        activation.assign(request.user)
        activation.start(request)
        activation.process.data = {
            **activation.process.data,
            **said["answers"],
            "outcome": said["outcome"],
        }
        activation.process.save(update_fields=["data"])
        activation.execute()
        return _told(activation.process)


def _told(process):
    waiting = Task.objects.filter(
        process=process, flow_task_type="HUMAN", status__in=[STATUS.NEW, STATUS.ASSIGNED]
    ).order_by("pk")
    opened = [{"id": task.pk, "element": task.flow_task.name} for task in waiting]
    return JsonResponse({"id": process.pk, "opened": opened})


urlpatterns = [
    path("sign-in", sign_in),
    path("cases", start),
    path("tasks/<int:pk>/completion", complete),
]
