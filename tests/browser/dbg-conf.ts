import { join } from 'node:path'
import { openHouse, launch } from './house.ts'
import { speech } from './hearing.ts'
const house = await openHouse({ microphone: speech('alice'), conferences: true })
console.log('house')
const how = { before: join(import.meta.dirname, 'listen-to-each.js'), also: '/tmp/peers.js' }
const alice = await house.open(house.alice, { viewport: { width: 1440, height: 900 } }, how)
const bob = await house.open(house.bob, { viewport: { width: 360, height: 740 } }, how)
for (const p of [alice,bob]) p.on('console', m => console.log(m.text()))
for (const p of [alice,bob]) p.on('pageerror', m => console.log('ERR', m))
const b = (p:any,n:string)=>p.getByRole('button',{name:n,exact:true})
await alice.getByRole('tab', { name: 'Conferences' }).click()
await b(alice,'Start a conference').click()
await alice.getByLabel('What it is about').fill('Plans')
await alice.getByLabel('Ask somebody into it: an address').fill(String(house.lab.people[1]!.xmpp['xmpp.user']))
await b(alice,'Start').click()
await bob.getByRole('tab', { name: 'Conferences' }).click()
await b(bob,'Join Plans').click()
await bob.getByText('2 people there').waitFor()
for (const p of [alice,bob]) await b(p,'Camera on').click()
await new Promise(r=>setTimeout(r,6000))
for (const p of [alice,bob]) {
 console.log(await p.evaluate(async()=>{ const out:any[]=[]; for (const peer of (globalThis as any).peers){ const st=[...(await peer.getStats()).values()].filter((s:any)=>['inbound-rtp','outbound-rtp'].includes(s.type)).map((s:any)=>[s.type,s.kind,s.packetsReceived??s.packetsSent,s.framesDecoded,s.framesEncoded,s.keyFramesDecoded, s.pliCount]); out.push(peer.connectionState, JSON.stringify(st))} return out.join('\n') }))
 console.log(await p.locator('.stage').innerText())
 console.log(await p.locator('figure video').evaluateAll((vs:any[])=>vs.map(v=>[v.muted,v.paused,v.videoWidth,v.getVideoPlaybackQuality().totalVideoFrames,v.parentElement.className, v.srcObject?.getTracks().map((t:any)=>t.kind+t.readyState+t.muted).join()].join(' '))))
}
console.log((await house.alice.conferences.get()).state.conferences[0]!.members)
console.log((await house.bob.conferences.get()).state.conferences[0]!.members)
await alice.screenshot({path:'/tmp/alice.png'}); await bob.screenshot({path:'/tmp/bob.png'})
await house.close()
process.exit(0)
