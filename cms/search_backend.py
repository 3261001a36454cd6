"""Wagtail's database search made safe and accent-blind.

Any text is a legal query: Wagtail hands a lone ``"`` or a NUL to the database's own query language, which answers with
a 500 (wagtail #13227). Here a query keeps only its words. What is indexed and what is asked go through the one
``fold()`` of the shop, so that "mac ca" finds "Mắc ca" and "dak nong" finds "Đắk Nông", which no tokenizer does.
"""

import copy
from typing import Any

from django.db import connection
from modelsearch.backends import database
from modelsearch.backends.base import BaseSearchResults
from wagtail.search.index import AutocompleteField, BaseField, RelatedFields, SearchField
from wagtail.search.query import (
    MATCH_ALL,
    MATCH_NONE,
    And,
    Boost,
    Fuzzy,
    MatchAll,
    Not,
    Or,
    Phrase,
    PlainText,
    SearchQuery,
)

from catalog.search.folding import fold, words

MAX_LENGTH = 200  # characters of a query that count


def legal_query(query: str | SearchQuery | None, *, folded: bool = True) -> SearchQuery:
    """The same question with nothing in it but words, the first 200 characters of them; without words, nothing."""
    if query is None:
        return MATCH_ALL
    return _Sanitiser(folded=folded).clean(PlainText(query) if isinstance(query, str) else query)


class _Sanitiser:
    def __init__(self, *, folded: bool) -> None:
        self.folded = folded
        self.room = MAX_LENGTH

    def clean(self, query: SearchQuery) -> SearchQuery:
        match query:
            case PlainText():
                text = self.words_of(query.query_string)
                return PlainText(text, operator=query.operator, boost=query.boost) if text else MATCH_NONE
            case Phrase():
                text = self.words_of(query.query_string)
                return Phrase(text) if text else MATCH_NONE
            case Fuzzy():
                # Fuzzy matching wants an extension of PostgreSQL; the plain words are asked instead.
                text = self.words_of(query.query_string)
                return PlainText(text, operator=query.operator) if text else MATCH_NONE
            case Boost():
                inner = self.clean(query.subquery)
                return inner if _is_constant(inner) else Boost(inner, query.boost)
            case Not():
                inner = self.clean(query.subquery)
                if isinstance(inner, MatchAll):
                    return MATCH_NONE
                return MATCH_ALL if _matches_none(inner) else Not(inner)
            case And():
                return self.combine(query.subqueries, And)
            case Or():
                return self.combine(query.subqueries, Or)
            case MatchAll():
                return MATCH_ALL
        return MATCH_NONE

    def combine(self, subqueries: list[SearchQuery], operator: type[And] | type[Or]) -> SearchQuery:
        """Parts without a word in them (an empty pair of quotes) do not count."""
        parts = [part for part in map(self.clean, subqueries) if not _is_constant(part)]
        if not parts:
            return MATCH_NONE
        return parts[0] if len(parts) == 1 else operator(parts)

    def words_of(self, text: str) -> str:
        text = text[: self.room]
        self.room -= len(text)
        return " ".join(words(fold(text) if self.folded else text.lower()))


def _matches_none(query: SearchQuery) -> bool:
    return isinstance(query, Not) and isinstance(query.subquery, MatchAll)


def _is_constant(query: SearchQuery) -> bool:
    return isinstance(query, MatchAll) or _matches_none(query)


class _Folded:
    """Stands for an object while it is indexed: its search fields answer folded text."""

    def __init__(self, obj: Any) -> None:
        self.pk = obj.pk
        self.obj = obj

    def get_search_fields(self) -> list[BaseField]:
        return [
            _folded_field(field, obj=self.obj)
            for field in self.obj.get_search_fields()
            if isinstance(field, SearchField | AutocompleteField | RelatedFields)
        ]


def _folded_field(field: Any, *, obj: Any = None) -> Any:
    """A copy of a search field that answers folded text; with ``obj``, whatever it is asked about."""
    twin = copy.copy(field)
    if isinstance(field, RelatedFields):
        twin.get_value = lambda asked: field.get_value(asked if obj is None else obj)
        twin.fields = [_folded_field(sub_field) for sub_field in field.fields]
    else:
        twin.get_value = lambda asked: _fold_value(field.get_value(asked if obj is None else obj))
    return twin


def _fold_value(value: Any) -> Any:
    match value:
        case None:
            return ""
        case list() | tuple():
            return [_fold_value(item) for item in value]
        case dict():
            return {key: _fold_value(item) for key, item in value.items()}
    return fold(str(value).replace("\x00", " "))


class FoldingIndexMixin:
    def add_items(self, model: Any, items: Any) -> None:
        super().add_items(model, [_Folded(item) for item in items])  # type: ignore[misc]


class FoldingBackendMixin:
    def get_index_for_model(self, model: Any) -> Any:
        base = self.index_class  # type: ignore[attr-defined]
        return type(f"Folding{base.__name__}", (FoldingIndexMixin, base), {})(self)

    def _search(
        self, query_compiler_class: Any, query: Any, model_or_queryset: Any, **kwargs: Any
    ) -> BaseSearchResults:
        # On PostgreSQL a search in named fields reads their columns, which are not folded.
        reads_columns = bool(kwargs.get("fields")) and connection.vendor == "postgresql"
        if query != "":
            query = legal_query(query, folded=not reads_columns)
        return super()._search(query_compiler_class, query, model_or_queryset, **kwargs)  # type: ignore[misc]


def SearchBackend(params: dict[str, Any]) -> Any:
    """The backend of the database in use, wrapped. The name is Wagtail's: it looks for it in this module."""
    # There is no stemmer for Vietnamese; English stop words ("an", "do") are Vietnamese words.
    params = {"SEARCH_CONFIG": "simple", **params}
    base = type(database.SearchBackend(params))
    return type(f"Folding{base.__name__}", (FoldingBackendMixin, base), {})(params)
