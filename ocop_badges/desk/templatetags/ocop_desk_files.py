from django import template

from ocop_badges.desk.instants import instant

register = template.Library()
register.filter("instant", instant)
