// The dashboards that Belfry generates, in terms of Grafana's own types. @grafana/schema leaves options, field settings and
// override values of a panel open (Record<string, unknown>); here each panel type has those of its own plugin, so that an
// object literal that satisfies Dashboard has no option that its panel does not know.
import type { DataQuery } from '@grafana/schema';
import type * as raw from '@grafana/schema/dist/esm/raw/dashboard/x/Dashboard_types.gen';
import type * as gauge from '@grafana/schema/dist/esm/raw/composable/gauge/panelcfg/x/GaugePanelCfg_types.gen';
import type * as piechart from '@grafana/schema/dist/esm/raw/composable/piechart/panelcfg/x/PieChartPanelCfg_types.gen';
import type * as stat from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as statetimeline from '@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen';
import type * as table from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type * as timeseries from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

// Json is a type as JSON spells it: the members of an enum are their values.
type Json<T> = unknown extends T
  ? T
  : T extends string
    ? `${T}`
    : T extends number
      ? `${T}` extends `${infer N extends number}`
        ? N
        : never
      : T extends boolean | null | undefined
        ? T
        : T extends readonly (infer U)[]
          ? Json<U>[]
          : T extends object
            ? { [K in keyof T]: Json<T[K]> }
            : T;

// Newer says which required options a file may leave out, because Grafana 8.3 does not know them and newer versions fill
// in their defaults.
type Newer<T, K extends keyof T> = Omit<T, K> & Partial<Pick<T, K>>;

// Settings are the settings that an override may have: the general ones, and the panel's own under "custom.".
type Settings<Prefix extends string, T> = {
  [K in keyof T & string]-?: { id: `${Prefix}${K}`; value: Exclude<T[K], undefined> };
}[keyof T & string];

type General = Omit<Json<raw.FieldConfig>, 'custom'>;

interface Override<Custom> {
  matcher: { id: 'byName' | 'byFrameRefID'; options: string };
  properties: (Settings<'', General> | Settings<'custom.', Custom>)[];
}

type DataSource = { type: 'prometheus'; uid: '${datasource}' };

// PrometheusQuery is what Grafana's Prometheus plugin reads; its types are not part of @grafana/schema.
interface PrometheusQuery extends Omit<DataQuery, 'datasource' | 'key'> {
  datasource: DataSource;
  expr: string;
  instant: boolean;
  range: boolean;
  editorMode: 'code' | 'builder';
  format: 'time_series' | 'table' | 'heatmap';
  legendFormat: string;
}

type Transformation =
  | { id: 'merge'; options: Record<string, never> }
  | {
      id: 'organize';
      options: {
        excludeByName: Record<string, boolean>;
        indexByName: Record<string, number>;
        renameByName: Record<string, string>;
      };
    };

interface PanelOf<Type extends string, Options, Custom>
  extends Omit<Json<raw.Panel>, 'type' | 'options' | 'fieldConfig' | 'targets' | 'transformations' | 'datasource'> {
  type: Type;
  id: number;
  title: string;
  description: string;
  gridPos: Json<raw.GridPos>;
  datasource: DataSource;
  options: Options;
  fieldConfig: {
    defaults: General & ([Custom] extends [never] ? { custom?: never } : { custom: Custom });
    overrides: Override<Custom>[];
  };
  targets: PrometheusQuery[];
  transformations?: Transformation[];
}

type GaugeOptions = Newer<
  gauge.Options,
  'barShape' | 'barWidthFactor' | 'effects' | 'segmentCount' | 'segmentSpacing' | 'shape'
>;

export type Panel =
  | PanelOf<'timeseries', Json<timeseries.Options>, Json<timeseries.FieldConfig>>
  | PanelOf<'stat', Json<stat.Options>, never>
  | PanelOf<'gauge', Json<GaugeOptions>, never>
  | PanelOf<'piechart', Json<Newer<piechart.Options, 'sort'>>, Json<piechart.FieldConfig>>
  | PanelOf<'state-timeline', Json<statetimeline.Options>, Json<statetimeline.FieldConfig>>
  | PanelOf<'table', Json<table.Options>, Json<table.FieldConfig>>;

interface Row extends Omit<Json<raw.RowPanel>, 'panels'> {
  panels: Panel[];
}

// Annotation has the fields that the Prometheus plugin reads beside the common ones.
interface Annotation extends Json<raw.AnnotationQuery> {
  expr?: string;
  step?: string;
  titleFormat?: string;
  textFormat?: string;
}

export interface Dashboard extends Omit<Json<raw.Dashboard>, 'panels' | 'annotations'> {
  panels: (Panel | Row)[];
  annotations: { list: Annotation[] };
}
