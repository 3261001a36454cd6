from .gifts import GiftBundlePage, GiftIndexPage, GiftItem
from .home import HomeBundle, HomePage, HomeProduct, HomeStory
from .storefronts import StorefrontIndexPage, StorefrontPage
from .stories import Language, StoryIndexPage, StoryPage, StoryProduct

__all__ = [
    "GiftBundlePage",
    "GiftIndexPage",
    "GiftItem",
    "HomeBundle",
    "HomePage",
    "HomeProduct",
    "HomeStory",
    "Language",
    "StorefrontIndexPage",
    "StorefrontPage",
    "StoryIndexPage",
    "StoryPage",
    "StoryProduct",
]
