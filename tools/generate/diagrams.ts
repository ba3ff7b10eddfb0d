/** Diagrams: from Graphviz' language to SVG that can be read on a light and on a dark page. https://graphviz.org/doc/info/lang.html */
import { instance } from "@viz-js/viz";

const FONT = "Helvetica,Arial,sans-serif";

/** Of the layout; texts are drawn smaller, as fonts of other machines are wider. */
const FONT_SIZE = 14.5;

/** Colours come from the style sheet, so that they follow the reader's choice. */
const STYLE = `<style>
text { font-family: ${FONT}; font-size: 12px; fill: #1f2328; }
.graph > polygon { fill: #ffffff; }
.cluster > * { stroke: #d1d9e0; } .cluster > text { fill: #59636e; stroke: none; }
.cluster > polygon, .cluster > path { fill: none; }
.node > path, .node > polygon { fill: #f6f8fa; stroke: #59636e; }
.own > path, .own > polygon { fill: #ddf4ff; stroke: #0969da; }
.edge > path { stroke: #59636e; } .edge > polygon { fill: #59636e; stroke: #59636e; }
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc; }
.graph > polygon { fill: #0d1117; }
.cluster > * { stroke: #3d444d; } .cluster > text { fill: #9198a1; }
.node > path, .node > polygon { fill: #212830; stroke: #9198a1; }
.own > path, .own > polygon { fill: #0c2d6b; stroke: #4493f8; }
.edge > path { stroke: #9198a1; } .edge > polygon { fill: #9198a1; stroke: #9198a1; }
}
</style>`;

/** A diagram as SVG; `title` is what those hear who do not see it. Throws what Graphviz finds wrong. */
export async function diagramSvg(dot: string, title: string): Promise<string> {
  const viz = await instance();
  const { status, output, errors } = viz.render(dot, {
    format: "svg",
    graphAttributes: { fontname: FONT, fontsize: FONT_SIZE, pad: 0.2 },
    nodeAttributes: { fontname: FONT, fontsize: FONT_SIZE, shape: "box", style: "rounded,filled", margin: "0.15,0.08" },
    edgeAttributes: { fontname: FONT, fontsize: FONT_SIZE, arrowsize: 0.7 },
  });
  if (status !== "success") throw new Error(`Cannot draw: ${errors.map(({ message }) => message).join("; ")}`);
  const svg = output.slice(output.indexOf("<svg")).replaceAll(/<!--[^]*?-->\n/g, "").replaceAll(
    /<title>.*<\/title>\n/g,
    "",
  );
  return svg.replace(/>\n/, ` role="img" aria-label="${title}">\n${STYLE}\n`);
}
