"""Fills a database of Label Studio with people who agree and people who do not, and prints what it made as JSON."""

import json

import django

django.setup(set_prefix=False)

from organizations.models import Organization  # noqa: E402
from projects.models import Project  # noqa: E402
from tasks.models import Annotation, Task  # noqa: E402
from users.models import User  # noqa: E402

organization = Organization.objects.order_by("id").first()
ann, bob, cid = (User.objects.create_user(email=f"{name}@semblance.local", password=name * 3) for name in ("ann", "bob", "cid"))
for user in (ann, bob, cid):
    organization.add_user(user)


def project(title):
    return Project.objects.create(title=title, organization=organization, created_by=ann, label_config="<View></View>")


def choices(*values):
    return {"from_name": "animal", "to_name": "text", "type": "choices", "value": {"choices": list(values)}}


def box(label, x):
    value = {"x": x, "y": 1, "width": 5, "height": 5, "rectanglelabels": [label]}
    return {"id": f"r{x}", "from_name": "box", "to_name": "image", "type": "rectanglelabels", "value": value}


def stars(rating):
    return {"from_name": "stars", "to_name": "image", "type": "rating", "value": {"rating": rating}}


def text(words):
    return {"from_name": "note", "to_name": "text", "type": "textarea", "value": {"text": [words]}}


def task(of, *annotations, **more):
    made = Task.objects.create(project=of, data={"text": "something"})
    for user, result in annotations:
        Annotation.objects.create(task=made, project=of, completed_by=user, result=result, **more)


animals = project("animals")
# Agree: the same, the same in another order, three people, empty both, no result at all, who changed his mind.
task(animals, (ann, [choices("cat")]), (bob, [choices("cat")]))
task(animals, (ann, [choices("cat", "dog")]), (bob, [choices("dog", "cat")]))
task(animals, (ann, [choices("cat")]), (bob, [choices("cat")]), (cid, [choices("cat")]))
task(animals, (ann, []), (bob, []))
task(animals, (ann, None), (bob, []))
task(animals, (ann, [choices("dog")]), (ann, [choices("cat")]), (bob, [choices("cat")]))
# Disagree: another choice, one more choice, one of three, another control, nothing.
task(animals, (ann, [choices("cat")]), (bob, [choices("dog")]))
task(animals, (ann, [choices("cat")]), (bob, [choices("cat", "dog")]))
task(animals, (ann, [choices("cat")]), (bob, [choices("cat")]), (cid, [choices("dog")]))
task(animals, (ann, [choices("cat")]), (bob, [{**choices("cat"), "from_name": "other"}]))
task(animals, (ann, [choices("cat")]), (bob, []))
# Not compared: one of them wrote something.
task(animals, (ann, [choices("cat"), text("tabby")]), (bob, [choices("cat")]))
# Not by several: one person, one person twice, somebody skipped it, nobody.
task(animals, (ann, [choices("cat")]))
task(animals, (ann, [choices("cat")]), (ann, [choices("dog")]))
task(animals)
skipped = Task.objects.create(project=animals, data={"text": "something"})
Annotation.objects.create(task=skipped, project=animals, completed_by=ann, result=[choices("cat")])
Annotation.objects.create(task=skipped, project=animals, completed_by=bob, result=[], was_cancelled=True)

boxes = project("boxes")
task(boxes, (ann, [box("car", 1), box("bus", 20)]), (bob, [box("bus", 21), box("car", 2)]))
task(boxes, (ann, [box("car", 1), box("car", 20)]), (bob, [box("car", 2)]))
task(boxes, (ann, [stars(4)]), (bob, [stars(5)]))
# What Label Studio itself refuses, and a script that fills the table does not.
odd = Task.objects.create(project=boxes, data={"text": "something"})
rows = ((ann, {"not": "a list"}), (bob, ["a text", None, 1]))
Annotation.objects.bulk_create(Annotation(task=odd, project=boxes, completed_by=user, result=result) for user, result in rows)

print(json.dumps({"animals": animals.id, "boxes": boxes.id}))
