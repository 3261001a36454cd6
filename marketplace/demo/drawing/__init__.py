"""Every picture of the demo is drawn here, by name; the same name always gives the same picture."""

from collections.abc import Callable

from . import covers, harvest, herbs_and_tea, kitchen, nuts_and_coffee
from .canvas import Canvas

DRAWINGS: dict[str, Callable[[Canvas], None]] = {
    drawing.__name__: drawing
    for drawing in (
        nuts_and_coffee.macadamia_bowl,
        nuts_and_coffee.macadamia_tray,
        nuts_and_coffee.macadamia_jar,
        nuts_and_coffee.macadamia_pouch,
        nuts_and_coffee.macadamia_branch,
        nuts_and_coffee.cashews,
        nuts_and_coffee.coffee_natural,
        nuts_and_coffee.coffee_honey,
        nuts_and_coffee.coffee_dark,
        nuts_and_coffee.coffee_reishi,
        nuts_and_coffee.coffee_hill,
        nuts_and_coffee.coffee_phin,
        nuts_and_coffee.coffee_ground,
        nuts_and_coffee.coffee_beans,
        herbs_and_tea.cordyceps_fresh,
        herbs_and_tea.cordyceps_dried,
        herbs_and_tea.artichoke_extract,
        herbs_and_tea.herb_infusion,
        herbs_and_tea.herb_flowers,
        herbs_and_tea.herb_detox,
        herbs_and_tea.herb_peace,
        herbs_and_tea.seven_herbs,
        herbs_and_tea.turmeric_powder,
        herbs_and_tea.winter_melon_tea,
        herbs_and_tea.shan_tea,
        herbs_and_tea.noni_juice,
        kitchen.anchovy_sauce,
        kitchen.fish_sauce,
        harvest.green_pepper,
        harvest.dried_fruit,
        harvest.fresh_shiitake,
        kitchen.rice_spirit,
        harvest.mulberries,
        harvest.passion_strips,
        harvest.passion_tray,
        harvest.potato_crisps,
        kitchen.cham_cheo,
        kitchen.vermicelli_nests,
        kitchen.vermicelli_bundles,
        kitchen.upland_rice,
        kitchen.dried_buffalo,
        covers.market,
        covers.tuy_duc_plateau,
        covers.thai_kitchen,
        covers.dak_song_herbs,
        covers.plateau_gift,
        covers.northwest_gift,
    )
}


def draw(name: str) -> bytes:
    """The picture of this name as JPEG, 1200 × 900. Raises ``KeyError`` for an unknown name."""
    canvas = Canvas(name)
    DRAWINGS[name](canvas)
    return canvas.jpeg()
