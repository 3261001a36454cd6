from django.urls import URLPattern, URLResolver, path

from . import inspection_views, planning_views, report_views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", inspection_views.inspections, name="inspections"),
    path("plan/", planning_views.plan, name="inspection-plan"),
    path("sample/", planning_views.sample, name="inspection-sample"),
    path("files/<slug:public_id>/", inspection_views.evidence, name="inspection-file"),
    path("reports/", report_views.reports, name="reports"),
    path("reports/<slug:public_id>/", report_views.report, name="report"),
    path("reports/<slug:public_id>/<slug:name>/", report_views.report_step, name="report-step"),
    path("<slug:public_id>/", inspection_views.inspection, name="inspection"),
    path("<slug:public_id>/conclude/<slug:name>/", inspection_views.conclude, name="inspection-conclude"),
    path("<slug:public_id>/findings/<int:number>/mend/", inspection_views.mend, name="finding-mend"),
    path("<slug:public_id>/<slug:name>/", inspection_views.step, name="inspection-step"),
]
