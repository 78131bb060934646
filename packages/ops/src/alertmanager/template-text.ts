/** A web address that ends where Slack takes a link to end. */
const ADDRESS = '^https?://[^\\\\s<>|]+$';

/** Slack cuts longer messages anywhere. */
const SLACK_ALERTS = 20;

/**
 * The texts of notifications, in Go's templates. A group may hold firing and resolved alerts at once: they are counted and listed apart.
 * Values of labels and annotations are data: the HTML template escapes them, and Slack's texts have their three special characters replaced.
 */
export const templateText: string = `{{ define "sightline.title" -}}
{{ with .Alerts.Firing }}[{{ len . }} firing] {{ end }}{{ if and .Alerts.Firing .Alerts.Resolved }}[{{ len .Alerts.Resolved }} resolved] {{ else if .Alerts.Resolved }}[resolved] {{ end -}}
{{ with .GroupLabels.alertname }}{{ . }}{{ else }}{{ with .CommonLabels.alertname }}{{ . }}{{ else }}alerts{{ end }}{{ end -}}
{{ with .CommonLabels.service }} of {{ . }}{{ end }}{{ with .CommonLabels.severity }} ({{ . }}){{ end -}}
{{ end }}

{{ define "sightline.slack.title" -}}
{{ with .Alerts.Firing }}[{{ len . }} firing] {{ end }}{{ if and .Alerts.Firing .Alerts.Resolved }}[{{ len .Alerts.Resolved }} resolved] {{ else if .Alerts.Resolved }}[resolved] {{ end -}}
{{ template "sightline.slack.escaped" (or .GroupLabels.alertname .CommonLabels.alertname "alerts") -}}
{{ with .CommonLabels.service }} of {{ template "sightline.slack.escaped" . }}{{ end }}{{ with .CommonLabels.severity }} ({{ template "sightline.slack.escaped" . }}){{ end -}}
{{ end }}

{{ define "sightline.link" -}}
{{ with (index .Alerts 0).Annotations.runbook }}{{ if match "${ADDRESS}" . }}{{ . }}{{ end }}{{ end -}}
{{ end }}

{{ define "sightline.alert.text" -}}
{{ with .Annotations.summary }}{{ . }}{{ else }}{{ .Labels.alertname }}{{ end }}
{{ with .Annotations.description }}{{ . }}
{{ end }}{{ with .Labels.instance }}Instance: {{ . }}
{{ end }}Since: {{ .StartsAt.UTC.Format "2006-01-02 15:04:05" }} UTC
{{ with .Annotations.dashboard }}Dashboard: {{ . }}
{{ end }}{{ with .Annotations.runbook }}Runbook: {{ . }}
{{ end }}{{ end }}

{{ define "sightline.text" -}}
{{ with .Alerts.Firing }}FIRING
{{ range . }}
{{ template "sightline.alert.text" . }}{{ end }}{{ end }}{{ with .Alerts.Resolved }}
RESOLVED
{{ range . }}
{{ template "sightline.alert.text" . }}{{ end }}{{ end }}{{ end }}

{{ define "sightline.slack.text" -}}
{{ range $i, $alert := .Alerts.Firing }}{{ if lt $i ${SLACK_ALERTS} }}:red_circle: {{ template "sightline.slack.alert" $alert }}
{{ end }}{{ end }}{{ if gt (len .Alerts.Firing) ${SLACK_ALERTS} }}These are the first ${SLACK_ALERTS} of {{ len .Alerts.Firing }}.
{{ end }}{{ range $i, $alert := .Alerts.Resolved }}{{ if lt $i ${SLACK_ALERTS} }}:large_green_circle: {{ template "sightline.slack.alert" $alert }}
{{ end }}{{ end }}{{ if gt (len .Alerts.Resolved) ${SLACK_ALERTS} }}These are the first ${SLACK_ALERTS} of {{ len .Alerts.Resolved }}.
{{ end }}{{ end }}

{{ define "sightline.slack.alert" -}}
*{{ template "sightline.slack.escaped" (or .Annotations.summary .Labels.alertname "alert") }}*
{{ with .Annotations.description }}{{ template "sightline.slack.escaped" . }}
{{ end }}{{ with .Annotations.dashboard }}{{ if match "${ADDRESS}" . }}<{{ template "sightline.slack.escaped" . }}|Dashboard> {{ end }}{{ end -}}
{{ with .Annotations.runbook }}{{ if match "${ADDRESS}" . }}<{{ template "sightline.slack.escaped" . }}|Runbook>{{ else }}Runbook: {{ template "sightline.slack.escaped" . }}{{ end }}{{ end -}}
{{ end }}

{{ define "sightline.slack.escaped" -}}
{{ reReplaceAll ">" "&gt;" (reReplaceAll "<" "&lt;" (reReplaceAll "&" "&amp;" .)) -}}
{{ end }}

{{ define "sightline.slack.color" -}}
{{ if not .Alerts.Firing }}good{{ else if eq .CommonLabels.severity "critical" }}danger{{ else }}warning{{ end -}}
{{ end }}

{{ define "sightline.pagerduty.severity" -}}
{{ if eq .CommonLabels.severity "critical" }}critical{{ else if eq .CommonLabels.severity "high" }}error{{ else }}warning{{ end -}}
{{ end }}

{{ define "sightline.email.html" -}}
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{{ template "sightline.title" . }}</title></head>
<body style="font-family: sans-serif; font-size: 15px; color: #1c1e21; max-width: 640px">
<h1 style="font-size: 20px">{{ template "sightline.title" . }}</h1>
{{ with .Alerts.Firing }}<h2 style="font-size: 16px; color: #b3261e">Firing: {{ len . }}</h2>
{{ range . }}{{ template "sightline.email.alert" . }}{{ end }}{{ end -}}
{{ with .Alerts.Resolved }}<h2 style="font-size: 16px; color: #1e6b34">Resolved: {{ len . }}</h2>
{{ range . }}{{ template "sightline.email.alert" . }}{{ end }}{{ end -}}
<p style="color: #5f6368">Sent by Alertmanager{{ with .ExternalURL }} at <a href="{{ . }}">{{ . }}</a>{{ end }}.</p>
</body>
</html>
{{ end }}

{{ define "sightline.email.alert" -}}
<div style="border-left: 4px solid {{ if eq .Status "resolved" }}#1e6b34{{ else }}#b3261e{{ end }}; margin: 12px 0; padding: 4px 12px">
<p><strong>{{ with .Annotations.summary }}{{ . }}{{ else }}{{ .Labels.alertname }}{{ end }}</strong></p>
{{ with .Annotations.description }}<p>{{ . }}</p>
{{ end -}}
<p>Since {{ .StartsAt.UTC.Format "2006-01-02 15:04:05" }} UTC{{ if eq .Status "resolved" }}, until {{ .EndsAt.UTC.Format "2006-01-02 15:04:05" }} UTC{{ end }}</p>
<p>{{ with .Annotations.dashboard }}<a href="{{ . }}">Dashboard</a> {{ end }}{{ with .Annotations.runbook }}<a href="{{ . }}">Runbook</a>{{ end }}</p>
<table style="border-collapse: collapse">
{{ range .Labels.SortedPairs }}<tr><td style="padding: 2px 12px 2px 0; color: #5f6368">{{ .Name }}</td><td style="padding: 2px 0">{{ .Value }}</td></tr>
{{ end }}</table>
</div>
{{ end }}
`;
