import { chromium } from "playwright-core"; import { serve } from "./server.mjs";
const dir=process.argv[2];
const s=await serve(dir); const b=await chromium.launch({executablePath:"/usr/bin/chromium",args:["--headless","--no-sandbox","--disable-gpu"]});
const P={home:"",changes:"changes/",health:"health/",team:"catalog/default/group/quayside/",search:"search/?q=booking",org:"org/",missing:"health/-/missing/",entity:"catalog/default/component/booking-api/"};
for (const [size,w,h] of [["d",1280,900],["p",390,844],["t",768,1000]]) for (const theme of ["light","dark"]) {
 if (size==="t"&&theme==="dark") continue;
 const p=await b.newPage({viewport:{width:w,height:h},colorScheme:theme});
 for (const [n,path] of Object.entries(P)) { if (size!=="d"&&theme==="light"&&size!=="t") continue; await p.goto(s.url+path).catch(()=>{}); await p.waitForTimeout(n==="search"?1800:300); await p.screenshot({path:`/tmp/ui5/shots/${n}-${size}-${theme}.png`}); }
 await p.close();
}
await b.close(); s.close();
