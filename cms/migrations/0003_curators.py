"""Who may do what in Wagtail's admin: curators publish stories, bundles and storefronts, contributors propose."""

from django.db import migrations

CURATORS, CONTRIBUTORS = "Curators", "Contributors"
SECTIONS = ("StoryIndexPage", "GiftIndexPage", "StorefrontIndexPage")
PAGE_ACTIONS = {CURATORS: ("add", "change", "publish"), CONTRIBUTORS: ("add", "change")}
IMAGE_ACTIONS = {CURATORS: ("add", "change"), CONTRIBUTORS: ("add",)}
COLLECTION = "Stories and gifts"
APPROVAL = "Curators approve"


def create_groups(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    remove_wagtails_defaults(apps)

    access = permission(apps, "wagtailadmin", "admin", "access_admin", "Can access Wagtail admin")
    collection = create_collection(apps)
    root_collection = apps.get_model("wagtailcore", "Collection").objects.get(depth=1)
    GroupPagePermission = apps.get_model("wagtailcore", "GroupPagePermission")
    GroupCollectionPermission = apps.get_model("wagtailcore", "GroupCollectionPermission")
    sections = [apps.get_model("cms", name).objects.get() for name in SECTIONS]

    for name in (CURATORS, CONTRIBUTORS):
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.set([access])
        for section in sections:
            for action in PAGE_ACTIONS[name]:
                GroupPagePermission.objects.create(
                    group=group,
                    page_id=section.pk,
                    permission=permission(apps, "wagtailcore", "page", f"{action}_page", f"Can {action} page"),
                )
        for action in IMAGE_ACTIONS[name]:
            GroupCollectionPermission.objects.create(
                group=group, collection=collection, permission=image_permission(apps, action)
            )
        # Any picture of the shop may be shown in a story, those of the products too.
        GroupCollectionPermission.objects.create(
            group=group, collection=root_collection, permission=image_permission(apps, "choose")
        )

    create_workflow(apps, Group.objects.get(name=CURATORS), sections)


def remove_wagtails_defaults(apps):
    """Editors and Moderators may do everything everywhere; nobody is in them yet."""
    apps.get_model("wagtailcore", "WorkflowPage").objects.all().delete()
    apps.get_model("wagtailcore", "WorkflowTask").objects.all().delete()
    apps.get_model("wagtailcore", "Workflow").objects.all().delete()
    apps.get_model("wagtailcore", "GroupApprovalTask").objects.all().delete()
    apps.get_model("auth", "Group").objects.filter(name__in=["Editors", "Moderators"]).delete()


def create_collection(apps):
    Collection = apps.get_model("wagtailcore", "Collection")
    root = Collection.objects.get(depth=1)
    last = Collection.objects.filter(depth=2).order_by("path").last()
    number = int(last.path[-4:]) + 1 if last else 1
    collection = Collection.objects.create(name=COLLECTION, path=f"{root.path}{number:04}", depth=2, numchild=0)
    root.numchild = Collection.objects.filter(depth=2).count()
    root.save(update_fields=["numchild"])
    return collection


def create_workflow(apps, curators, sections):
    ContentType = apps.get_model("contenttypes", "ContentType")
    task_type, _ = ContentType.objects.get_or_create(app_label="wagtailcore", model="groupapprovaltask")
    task = apps.get_model("wagtailcore", "GroupApprovalTask").objects.create(
        name=APPROVAL, content_type=task_type, active=True
    )
    task.groups.set([curators])
    workflow = apps.get_model("wagtailcore", "Workflow").objects.create(name=APPROVAL, active=True)
    apps.get_model("wagtailcore", "WorkflowTask").objects.create(workflow=workflow, task_id=task.pk, sort_order=0)
    for section in sections:
        apps.get_model("wagtailcore", "WorkflowPage").objects.create(workflow=workflow, page_id=section.pk)


def image_permission(apps, action):
    # Wagtail keeps the rights to images under its own image model, whichever model is in use.
    return permission(apps, "wagtailimages", "image", f"{action}_image", f"Can {action} image")


def permission(apps, app_label, model, codename, name):
    """Permissions are written after the last migration; on a fresh database this one comes first."""
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app_label, model=model
    )
    found, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename=codename, defaults={"name": name}
    )
    return found


def remove_groups(apps, schema_editor):
    apps.get_model("wagtailcore", "Workflow").objects.filter(name=APPROVAL).delete()
    apps.get_model("wagtailcore", "GroupApprovalTask").objects.filter(name=APPROVAL).delete()
    apps.get_model("auth", "Group").objects.filter(name__in=[CURATORS, CONTRIBUTORS]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0002_home_and_sections"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("wagtailimages", "0023_add_choose_permissions"),
    ]

    operations = [migrations.RunPython(create_groups, remove_groups)]
