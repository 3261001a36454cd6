"""How forms of the portal are drawn."""

from django.forms.renderers import DjangoTemplates


class PortalRenderer(DjangoTemplates):
    """Label, hint and what is wrong stand right beside the field."""

    field_template_name = "portal/_field.html"
