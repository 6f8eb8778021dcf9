import { test } from "vitest";
import { browser, logIn, tell, visit, base } from "./browser";
const PAGES=["/","/approvals","/me/devices","/me/access","/me/security","/users","/roles","/devices","/resources","/grants","/requests","/network","/network?tab=subnets","/network?tab=email","/audit","/alerts","/secrets","/directories","/tokens","/settings","/settings?tab=mail","/flows","/explain?subject=user:ben&target=10.0.1.20:5432","/licences","/device","/nope"];
for (const [name,opt] of [["l",{}],["d",{dark:true}],["m",{width:360,height:740}]] as const) {
test("look "+name, async()=>{
  await tell("reset");
  const s=await browser(opt as never);
  await s.page.goto(base+"/login"); await s.page.getByLabel("User name").waitFor();
  await s.page.screenshot({path:`/tmp/look/${name}-login.png`});
  await logIn(s.page);
  for (const p of PAGES){ await visit(s.page,p); await s.page.waitForTimeout(150); await s.page.screenshot({path:`/tmp/look/${name}${p.replace(/\W+/g,"_")}.png`,fullPage:name==="m"}); }
  console.log(s.complaints, s.outside);
  await s.close();
}, 120000);
}
