// The style of the report's page. Its colours are those of the pictures in it.

const LIGHT =
  '--ground:#f4f6f7;--surface:#fff;--sunken:#f4f6f7;--ink:#1c2429;--quiet:#56646c;--edge:#d5dcdf;--accent:#005c61;--good:#1d6b37;--bad:#ad2a25;--wait:#855100';
const DARK =
  '--ground:#101416;--surface:#171c1f;--sunken:#101416;--ink:#e8eced;--quiet:#a3b0b5;--edge:#353f44;--accent:#6fd3d6;--good:#79d794;--bad:#f4928a;--wait:#eebd6a';

export const REPORT_STYLE = `
:root{color-scheme:light dark;${LIGHT}}
@media(prefers-color-scheme:dark){:root{${DARK}}}
*,::before,::after{box-sizing:border-box}
body,h1,h2,h3,p,ul,ol,dl,dd,pre{margin:0;padding:0}
ul,ol{list-style:none}
html{background:var(--ground);color:var(--ink);-webkit-text-size-adjust:100%}
body{max-width:56rem;margin:0 auto;padding:2rem 1.25rem 4rem;font:.9375rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
a{color:var(--accent);text-underline-offset:2px}
code,pre{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.87em}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
summary{cursor:pointer}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:fixed;top:.5rem;left:.5rem;padding:.5rem .75rem;border-radius:6px;background:var(--accent);color:var(--surface)}
.skip:not(:focus){clip-path:inset(50%)}
[data-tone]{--tone:var(--ink)}
[data-tone=good]{--tone:var(--good)}[data-tone=bad]{--tone:var(--bad)}[data-tone=wait]{--tone:var(--wait)}[data-tone=quiet]{--tone:var(--quiet)}
.icon{width:1.15em;height:1.15em;margin-right:.45em;flex:none;vertical-align:-.2em;fill:none;stroke:var(--tone);stroke-width:2.6;stroke-linecap:round;stroke-linejoin:round}

.kind{color:var(--quiet)}
h1{display:flex;align-items:center;color:var(--tone);font-size:1.9rem;line-height:1.25;font-weight:680;letter-spacing:-.015em}
.sums{display:flex;flex-wrap:wrap;gap:.5rem;margin:1rem 0}
.sums li{padding:.3rem .75rem;border:1px solid var(--edge);border-radius:99px;background:var(--surface);color:var(--tone)}
.facts{display:grid;gap:.2rem;margin-bottom:1.75rem}
.facts div{display:grid;grid-template-columns:8.5rem minmax(0,1fr)}
dt{color:var(--quiet)}

nav{padding:1rem 1.25rem 1.25rem;border:1px solid var(--edge);border-radius:10px;background:var(--surface)}
nav h2{margin:0 0 .4rem;font-size:.8125rem;font-weight:600;color:var(--quiet)}
nav ul+h2{margin-top:1rem}
nav ul{columns:15rem 3;column-gap:1.5rem}
nav li{break-inside:avoid}
nav a{display:flex;align-items:center;padding:.1rem 0;color:var(--ink);text-decoration:none;font-size:.875rem}
nav a:hover{text-decoration:underline}
nav [data-tone=bad] a{color:var(--bad);font-weight:600}

section{margin-top:2.5rem}
h2{font-size:1.25rem;line-height:1.3;font-weight:650}
.count{color:var(--quiet);font-weight:400}
.lead{margin:.1rem 0 .9rem;color:var(--quiet)}
.card{position:relative;margin-bottom:.75rem;padding:1rem 1.25rem;border:1px solid var(--edge);border-left:4px solid var(--tone);border-radius:10px;background:var(--surface)}
details.card{margin-bottom:.4rem;padding:.6rem 1rem;border-left-width:1px}
details.card>summary{display:grid;grid-template-columns:minmax(0,1fr) auto;column-gap:1rem;list-style:none}
details.card>summary::-webkit-details-marker{display:none}
details.card>summary>.time{position:static}
details.card>summary>.about{grid-column:1/-1}
details.card[open]>summary{margin-bottom:.75rem}
h3{display:flex;align-items:baseline;font-size:1rem;font-weight:650;padding-right:4.5rem}
h3 .icon{align-self:center}
summary h3{padding:0;font-size:.9375rem;font-weight:600}
.time{position:absolute;top:1rem;right:1.25rem;color:var(--quiet);font-size:.8125rem}
.about{color:var(--quiet)}
summary .about{font-size:.875rem}
.reason{margin-top:.75rem;color:var(--tone);font-weight:550}
.verdict{margin-top:.9rem;padding:.7rem .9rem;border-radius:6px;background:var(--sunken)}
.severity{display:inline-block;margin-right:.3rem;padding:0 .5em;border-radius:99px;background:var(--tone);color:var(--surface);font-size:.8125rem;font-weight:650}
.verdict>.why{margin-top:.3rem;font-weight:600}
.cites{font-size:.8125rem}
.cites a{white-space:nowrap}
.cites,.cites a{color:var(--quiet)}
.kept .why{color:var(--quiet)}
.kept li{margin-top:.35rem;padding-left:1rem;text-indent:-1rem}
.picture,.kept,.frames{margin-top:.75rem}
.picture>summary,.kept>summary,.frames>summary,.picture details>summary{color:var(--accent);font-size:.875rem}
.picture img{display:block;max-width:100%;height:auto;margin:.5rem 0}
.picture ol{margin-top:.3rem;padding-left:2.4rem;list-style:decimal;font-size:.875rem}
.frames ol{display:grid;gap:.75rem;margin-top:.6rem}
.frames li p{font-size:.8125rem;color:var(--quiet)}
.frames b{color:var(--ink);font-weight:600}
pre{margin-top:.25rem;padding:.6rem .75rem;border:1px solid var(--edge);border-radius:6px;background:var(--surface);white-space:pre-wrap;line-height:1.45}
.rules+details{margin-top:.75rem}
section>details:not(.card)>summary{color:var(--accent);margin-bottom:.5rem}
.rules>div{display:grid;grid-template-columns:4.5rem minmax(0,1fr);padding:.55rem .5rem;border-top:1px solid var(--edge);font-size:.875rem}
.rules dt{font-weight:600}
:target{outline:2px solid var(--accent);outline-offset:2px;scroll-margin-top:1rem}
footer{margin-top:3rem;color:var(--quiet);font-size:.8125rem}

@media(max-width:560px){
body{padding:1.25rem .9rem 3rem}
h1{font-size:1.5rem}
.facts div{grid-template-columns:1fr;margin-bottom:.3rem}
.card{padding:.85rem .9rem}
.time{top:.85rem;right:.9rem}
nav a{padding:.3rem 0}
}
@media print{
:root{color-scheme:light;${LIGHT};--ground:#fff;--sunken:#fff}
body{max-width:none;padding:0;font-size:10pt}
.skip,details:not([open])>summary{display:none}
details.card:not([open])>summary{display:grid}
.verdict{border:1px solid var(--edge)}
h2,h3{break-after:avoid}
.verdict,.picture img,.rules+details{margin-top:.75rem}
section>details:not(.card)>summary{color:var(--accent);margin-bottom:.5rem}
.rules>div{break-inside:avoid}
.severity,.icon{print-color-adjust:exact}
.picture img{max-height:24cm}
}
`;
