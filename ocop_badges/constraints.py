"""A rule that two databases enforce in their own ways."""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F, Func, Value

NAME = "badge_periods_do_not_overlap"


class BadgePeriodsDoNotOverlap(ExclusionConstraint):
    """No two badge periods of one product share a day.

    On PostgreSQL an exclusion constraint; the product's id is written as a one-element range, so that the core GiST
    operator classes serve and no extension is needed. Elsewhere the stock class breaks ``migrate``, so there this
    emits no SQL and a migration adds triggers of the same name (``overlap_triggers``).
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("name", NAME)
        kwargs.setdefault("violation_error_code", NAME)
        kwargs.setdefault("violation_error_message", "Badge periods of one product do not overlap.")
        kwargs["expressions"] = [
            (
                Func(F("product_id"), F("product_id"), Value("[]"), function="int8range"),
                RangeOperators.OVERLAPS,
            ),
            (Func(F("starts_on"), F("ends_on"), function="daterange"), RangeOperators.OVERLAPS),
        ]
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        kwargs.pop("expressions", None)
        return path, args, kwargs

    def constraint_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        return super().constraint_sql(model, schema_editor) if _is_postgresql(schema_editor) else None

    def create_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        return super().create_sql(model, schema_editor) if _is_postgresql(schema_editor) else None

    def remove_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        return super().remove_sql(model, schema_editor) if _is_postgresql(schema_editor) else None

    def validate(
        self,
        model: type[models.Model],
        instance: Any,
        exclude: Any = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        if connections[using].vendor == "postgresql":
            super().validate(model, instance, exclude=exclude, using=using)
            return
        overlapping = model._default_manager.using(using).filter(
            product_id=instance.product_id, starts_on__lt=instance.ends_on, ends_on__gt=instance.starts_on
        )
        if overlapping.exclude(pk=instance.pk).exists():
            raise ValidationError(self.get_violation_error_message(), code=self.violation_error_code)


def _is_postgresql(schema_editor: BaseDatabaseSchemaEditor | None) -> bool:
    return schema_editor is not None and schema_editor.connection.vendor == "postgresql"


_TRIGGER = """
CREATE TRIGGER {name}_{event} BEFORE {event} ON ocop_badges_badgeperiod
WHEN EXISTS (
    SELECT 1 FROM ocop_badges_badgeperiod AS other
    WHERE other.product_id = NEW.product_id AND other.id IS NOT NEW.id {not_old}
      AND other.starts_on < NEW.ends_on AND other.ends_on > NEW.starts_on
)
BEGIN SELECT RAISE(ABORT, '{name}'); END
"""


def create_overlap_triggers(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add the SQLite triggers. A later migration that rebuilds the table must call this again."""
    if schema_editor.connection.vendor != "sqlite":
        return
    drop_overlap_triggers(schema_editor)
    schema_editor.execute(_TRIGGER.format(name=NAME, event="insert", not_old=""))
    schema_editor.execute(_TRIGGER.format(name=NAME, event="update", not_old="AND other.id IS NOT OLD.id"))


def drop_overlap_triggers(schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "sqlite":
        return
    for event in ("insert", "update"):
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {NAME}_{event}")
