-- One row per chart that was picked and the reason: how many segments of series have it.
select
    chart,
    chart_reason,
    count(*) as segments
from flag_chart
group by chart, chart_reason
order by chart, chart_reason
