// Paints a board from its JSON and from what a Prometheus answered. A painter, not an oracle: state timeline
// and heatmap, which Grafana doesn't publish, are drawn here in a simple way.
const React = require("react");
const { createRoot } = require("react-dom/client");
const { EMPTY, firstValueFrom } = require("rxjs");
// Not `import`: the ES modules of Grafana's packages don't find the defaults of older ones.
const {
  applyFieldOverrides, createTheme, FieldConfigOptionsRegistry, FieldType, getDisplayProcessor, getFieldDisplayName,
  getFieldDisplayValues, renderMarkdown, standardTransformers, standardTransformersRegistry, ThemeContext,
  toDataFrame, transformDataFrame,
} = require("@grafana/data");
const { BigValue, PanelContextProvider, Table, TimeSeries, VizRepeater } = require("@grafana/ui");

const { board, answers, variables, dark, width, range } = window.PICTURE;
const theme = createTheme({ colors: { mode: dark ? "dark" : "light" } });
const CELL = 30, GAP = 8;

standardTransformersRegistry.setInit(() =>
  [standardTransformers.mergeTransformer, standardTransformers.organizeFieldsTransformer, standardTransformers.filterByValueTransformer,
    standardTransformers.sortByTransformer, standardTransformers.limitTransformer].map((t) => ({
    id: t.id, name: t.name, transformation: t, editor: () => null, description: "",
  })));

const option = (id, path = id, isCustom = false) => ({
  id: isCustom ? `custom.${id}` : id, path, isCustom, name: id, settings: {}, defaultValue: undefined,
  editor: () => null, override: () => null, process: (value) => value, shouldApply: () => true,
});
const registry = new FieldConfigOptionsRegistry(() => [
  ...["displayName", "unit", "decimals", "min", "max", "noValue", "mappings", "thresholds", "color", "links"].map((id) => option(id)),
  ...["width", "cellOptions", "align", "inspect", "filterable", "lineStyle", "fillOpacity", "lineWidth", "showPoints", "thresholdsStyle",
    "hidden", "drawStyle", "scaleDistribution"]
    .map((id) => option(id, id, true)),
]);

const interpolate = (text) =>
  (text ?? "").replace(/\$(\w+)|\$\{(\w+)(?::\w+)?\}/g, (all, a, b) => variables[a ?? b] ?? all);

function framesOf(panel) {
  const found = answers[panel.id] ?? [];
  if (panel.type === "table" && panel.targets.some((target) => target.range)) {
    return found.map((answer) => toDataFrame({ refId: answer.refId, fields: [
      { name: "Time", type: FieldType.time, values: answer.series.flatMap((one) => one.values.map(([t]) => t * 1000)) },
      ...[...new Set(answer.series.flatMap((one) => Object.keys(one.labels)))].map((l) => ({ name: l, type: FieldType.string,
        values: answer.series.flatMap((one) => one.values.map(() => one.labels[l] ?? "")) })),
      { name: "Value", type: FieldType.number, values: answer.series.flatMap((one) => one.values.map(([, v]) => v)) },
    ] }));
  }
  if (panel.type === "table") {
    return found.filter((answer) => answer.series.length).map((answer) => {
      const labels = [...new Set(answer.series.flatMap((one) => Object.keys(one.labels)))].filter((l) => l !== "__name__");
      const value = found.length > 1 ? `Value #${answer.refId}` : "Value";
      return toDataFrame({
        refId: answer.refId,
        fields: [
          { name: "Time", type: FieldType.time, values: answer.series.map(() => range.to) },
          ...labels.map((l) => ({ name: l, type: FieldType.string, values: answer.series.map((one) => one.labels[l] ?? "") })),
          { name: value, type: FieldType.number, values: answer.series.map((one) => one.values.at(-1)[1]) },
        ],
      });
    });
  }
  return found.flatMap((answer) => answer.series.map((one) => toDataFrame({
    refId: answer.refId,
    fields: [
      { name: "Time", type: FieldType.time, values: one.values.map(([t]) => t * 1000) },
      { name: "Value", type: FieldType.number, values: one.values.map(([, v]) => v), labels: one.labels,
        config: { displayNameFromDS: one.legend } },
    ],
  })));
}

// As Grafana does when it loads a board: JSON has no infinity.
const endless = (steps) => steps?.forEach((step) => { step.value ??= -Infinity; });

async function prepared(panel) {
  endless(panel.fieldConfig.defaults.thresholds?.steps);
  panel.fieldConfig.overrides.forEach(({ properties }) => properties.forEach(({ id, value }) => id === "thresholds" && endless(value.steps)));
  let frames = framesOf(panel);
  if (panel.transformations) {
    frames = await firstValueFrom(transformDataFrame(panel.transformations, frames, { interpolate }));
  }
  const { defaults, overrides } = panel.fieldConfig;
  const color = defaults.color ?? (panel.type === "timeseries" ? { mode: "palette-classic" } : undefined);
  return applyFieldOverrides({
    data: frames, fieldConfig: { defaults: { ...defaults, color }, overrides }, replaceVariables: interpolate, theme, timeZone: "utc",
    fieldConfigRegistry: registry,
  });
}

function Empty({ panel, height }) {
  return <div style={{ height, display: "grid", placeItems: "center", color: theme.colors.text.secondary }}>
    {panel.fieldConfig.defaults.noValue}</div>;
}

function Stat({ panel, data, width, height }) {
  const shown = getFieldDisplayValues({
    data, fieldConfig: panel.fieldConfig, replaceVariables: interpolate, theme, timeZone: "utc", sparkline: false,
    reduceOptions: panel.options.reduceOptions,
  });
  const { colorMode, textMode } = panel.options;
  return <VizRepeater getValues={() => shown} width={width} height={height} source={data} renderCounter={0} orientation="auto" autoGrid
    renderValue={({ value, width, height, count }) => <BigValue width={width} height={height} value={value.display} theme={theme}
      text={panel.options.text} {...{ colorMode, textMode, count }} graphMode="none" justifyMode="auto" wideLayout />} />;
}

const seriesOf = (data) => data.map((frame) => {
  const field = frame.fields.find((f) => f.type === FieldType.number);
  field.display ??= getDisplayProcessor({ field, theme, timeZone: "utc" });
  return { times: frame.fields[0].values, field, name: getFieldDisplayName(field, frame, data) };
});

// "30d" of a panel's own time range, else that of the board.
const since = (panel) => {
  const [, many, unit] = interpolate(panel.timeFrom).match(/^([\d.]+)([hd])$/) ?? [];
  return unit ? range.to - many * { h: 1, d: 24 }[unit] * 3600e3 : range.from;
};

function States({ panel, data, width, height }) {
  const rows = seriesOf(data), line = Math.min(Math.floor((height - 24) / rows.length), 26), left = Math.min(190, width / 3);
  const from = since(panel), span = range.to - from, x = (t) => Math.max(left + ((t - from) / span) * (width - left), left);
  const told = (row, i) => { const { prefix, text, suffix } = row.field.display(row.field.values[i]); return `${prefix ?? ""}${text}${suffix ?? ""}`; };
  return <svg width={width} height={height} fontSize="12" fontFamily="sans-serif">{rows.map((row, y) => <g key={y}>
    <text x={0} y={y * line + line * 0.65} fill={theme.colors.text.primary}>{row.name.slice(0, left / 7)}</text>
    {[...row.times].map((t, i) => <rect key={t} x={x(t)} y={y * line + 2} height={line - 5}
      width={Math.max(x(row.times[i + 1] ?? range.to) - x(t), 1) + 0.5} fill={row.field.display(row.field.values[i]).color} opacity="0.8" />)}
    {panel.options.showValue === "auto" && x(row.times[1]) - x(row.times[0]) > 28 && [...row.times].map((t, i) =>
      <text key={t} x={x(t) + 4} y={y * line + line * 0.6} fontSize="11"
        fill={theme.colors.getContrastText(row.field.display(row.field.values[i]).color)}>{told(row, i)}</text>)}
  </g>)}</svg>;
}

function Heat({ data, width, height }) {
  const rows = seriesOf(data).sort((a, b) => parseFloat(b.name) - parseFloat(a.name));
  const cells = rows.map((row, y) => [...row.field.values].map((v, i) => v - (rows[y + 1]?.field.values[i] ?? 0)));
  const most = Math.max(...cells.flat(), 1e-9), line = (height - 10) / rows.length, left = 50;
  return <svg width={width} height={height} fontSize="12" fontFamily="sans-serif">{cells.map((row, y) => <g key={y}>
    <text x={0} y={y * line + line * 0.6} fill={theme.colors.text.primary}>{rows[y].name}</text>
    {row.map((v, i) => <rect key={i} x={left + (i * (width - left)) / row.length} y={y * line} height={line - 1}
      width={(width - left) / row.length} fill={theme.visualization.getColorByName("orange")} opacity={Math.sqrt(v / most)} />)}
  </g>)}</svg>;
}

function Lines({ panel, data, width, height }) {
  const from = since(panel);
  const time = (t) => ({ valueOf: () => t, toDate: () => new Date(t) });
  const thresholds = panel.fieldConfig.defaults.custom?.thresholdsStyle;
  data.forEach((frame) => frame.fields.forEach((field) => {
    field.config.custom = { drawStyle: "line", lineWidth: 1.5, axisPlacement: "auto", hideFrom: {}, scaleDistribution: { type: "linear" },
      ...field.config.custom, thresholdsStyle: thresholds };
    if (field.type === FieldType.number && field.config.color === undefined) field.config.color = { mode: "palette-classic" };
  }));
  return <TimeSeries frames={data} width={width} height={height} timeZone="utc" timeRange={{ from: time(from), to: time(range.to) }}
    legend={{ displayMode: "list", placement: "bottom", showLegend: true, calcs: [] }}>{() => null}</TimeSeries>;
}

function Body({ panel, data, width, height }) {
  if (panel.type === "text") {
    return <div className="markdown" dangerouslySetInnerHTML={{ __html: renderMarkdown(interpolate(panel.options.content)) }} />;
  }
  if (!data.length || !data.some((frame) => frame.length)) return <Empty panel={panel} height={height} />;
  const Painter = { stat: Stat, "state-timeline": States, heatmap: Heat, timeseries: Lines }[panel.type];
  if (panel.type === "table") return <Table data={data[0]} width={width} height={height} cellHeight="sm"
    initialSortBy={panel.options.sortBy} />;
  return <Painter panel={panel} data={data} width={width} height={height} />;
}

class Shield extends React.Component {
  state = {};
  static getDerivedStateFromError(error) { return { error }; }
  render() { return this.state.error ? <pre>{String(this.state.error.stack)}</pre> : this.props.children; }
}

function Board({ panels }) {
  const unit = width / 24;
  const bottom = Math.max(...panels.map(({ panel }) => panel.gridPos.y + panel.gridPos.h));
  return <div style={{ position: "relative", color: theme.colors.text.primary, width, height: bottom * (CELL + GAP) + 50, background: theme.colors.background.canvas }}>
    <h2 style={{ position: "absolute", left: 12, top: 8, margin: 0, font: "500 20px Inter, sans-serif", color: theme.colors.text.primary }}>
      {board.title}</h2>
    {panels.map(({ panel, data }) => {
      const place = panel.gridPos, w = place.w * unit - GAP, h = place.h * (CELL + GAP) - GAP;
      const style = { position: "absolute", left: place.x * unit + GAP / 2, top: place.y * (CELL + GAP) + 44, width: w, height: h };
      if (panel.type === "row") {
        return <div key={panel.id} style={{ ...style, font: "500 14px Inter, sans-serif", color: theme.colors.text.primary, paddingTop: 8 }}>
          {interpolate(panel.title)}</div>;
      }
      return <div key={panel.id} style={{ ...style, overflow: "hidden", borderRadius: 2, background: theme.colors.background.primary,
        border: `1px solid ${theme.colors.border.weak}`, padding: "0 8px", color: theme.colors.text.primary }}>
        <div style={{ font: "500 13px Inter, sans-serif", height: 28, lineHeight: "28px" }}>{interpolate(panel.title)}</div>
        <Shield><Body panel={panel} data={data} width={w - 18} height={h - 36} /></Shield>
      </div>;
    })}
  </div>;
}

const listed = board.panels.filter((panel) => panel.gridPos.y < (window.PICTURE.rows ?? 1e9));
Promise.all(listed.map(async (panel) => ({ panel, data: panel.type === "row" || panel.type === "text" ? [] : await prepared(panel) })))
  .then((panels) => createRoot(document.getElementById("root")).render(
    <ThemeContext.Provider value={theme}><PanelContextProvider value={{ eventsScope: "", eventBus: { publish() {}, subscribe: () => ({ unsubscribe() {} }), getStream: () => EMPTY, removeAllListeners() {}, newScopedBus() { return this; } } }}>
      <Board panels={panels} /></PanelContextProvider></ThemeContext.Provider>))
  .catch((error) => { document.body.innerText = error.stack; });
