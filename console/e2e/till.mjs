// The till, on a clerk's phone: vouchers are written off with a network, without one, and when it is back; nothing is lost and
// nothing counts twice. The members and the second clerk are played by requests; what the clerk does is done on the page.
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeQR } from 'qr'

/** film is what the browser's camera sees: a file that each opening of the camera reads anew. */
export const film = join(tmpdir(), `siyu-till-${process.pid}.y4m`)

/** hold puts a text before the camera, as a QR code on a grey counter. */
export function hold(text) {
  const side = 480
  const picture = Buffer.alloc(side * side, 0x90)
  if (text) {
    const code = encodeQR(text, 'raw', { ecc: 'medium', border: 4 })
    const dot = Math.floor((side * 0.8) / code.length)
    const from = Math.floor((side - dot * code.length) / 2)
    for (let y = 0; y < dot * code.length; y++) {
      for (let x = 0; x < dot * code.length; x++) picture[(from + y) * side + from + x] = code[Math.floor(y / dot)][Math.floor(x / dot)] ? 0x10 : 0xeb
    }
  }
  const frame = Buffer.concat([Buffer.from('FRAME\n'), picture, Buffer.alloc((side * side) / 2, 0x80)])
  writeFileSync(film, Buffer.concat([Buffer.from(`YUV4MPEG2 W${side} H${side} F20:1 Ip A1:1 C420jpeg\n`), frame, frame]))
}

/** call makes a request of somebody who is not the clerk before us. */
async function call(url, path, { method, body, token, cookie, headers } = {}) {
  const response = await fetch(url + path, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { 'Content-Type': 'application/json', Origin: url, ...(token && { Authorization: `Bearer ${token}` }), ...(cookie && { Cookie: cookie }), ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method ?? ''} ${path}: ${response.status} ${text.slice(0, 300)}`)
  return { said: text ? JSON.parse(text) : null, cookie: response.headers.get('set-cookie')?.split(';')[0] }
}

/** furnish makes an offer and has six members claim it; each can show her voucher. */
async function furnish(server) {
  const { url, password } = server
  const enter = async (login) => (await call(url, '/api/console/v1/session', { body: { login, password } })).cookie
  const [brand, organiser] = [await enter(server.brand), await enter(server.login)]
  const { now } = (await call(url, '/api/console/v1/session', { cookie: brand })).said
  const day = 86_400_000
  const offer = (await call(url, '/api/console/v1/offers', { cookie: brand, body: {
    title: '核销台的肉桂卷', body: '广告 · 到店出示券码', value_fen: 550, currency: 'CAD', stock: 20, per_member: 1,
    starts_at: now, ends_at: now + 10 * day, redeem_by: now + 20 * day } })).said
  await call(url, `/api/console/v1/offers/${offer.id}/approve`, { cookie: organiser, body: {} })
  const state = (await call(server.wechat, '/_sim/state')).said
  const app = state.accounts.find((a) => a.kind === 'miniprogram').id
  const members = []
  for (const person of state.people.slice(-6)) {
    const { code } = (await call(server.wechat, `/_sim/people/${person.id}/login`, { body: { appid: app } })).said
    const { token } = (await call(url, '/api/mini/v1/sessions', { body: { app_id: app, code, visit: `till-${person.id}-visit-${offer.id}` } })).said
    const voucher = (await call(url, `/api/mini/v1/offers/${offer.id}/claims`, { method: 'POST', token, headers: { 'Idempotency-Key': `till-${offer.id}-${person.id}` } })).said
    members.push({ voucher, picture: async () => showing((await call(url, `/api/mini/v1/vouchers/${voucher.id}/code`, { token })).said),
      state: async () => (await call(url, `/api/mini/v1/vouchers/${voucher.id}/code`, { token })).said.state })
  }
  const other = (await call(url, '/api/staff/v1/sessions', { body: { login: server.staff, password } })).said.token
  return { members, other }
}

/** showing is the picture that the member's page shows just now. */
const showing = (said) => said.frames.find((f) => f.from <= said.now && said.now < f.to).text

/** shift is a clerk's hour; it returns the code of a voucher that somebody has. */
export async function shift(walk, server, { assert, look, step }) {
  const { page, context } = walk
  const { members, other } = await furnish(server)
  const [typed, filmed, alone, taken, unsure, broken] = members
  const enter = async (text) => {
    await page.click('.ways button:nth-child(2)')
    await page.fill('#code', text)
    await page.click('.page [type=submit]')
  }
  const next = () => page.click('.done .huge')
  const until = (result) => page.waitForSelector(`[data-result=${result}]`)

  await step(walk, 'a clerk signs in, and her phone is ready for a shop without network', async () => {
    await page.goto(`${server.url}/till/`)
    await page.waitForSelector('[name=login]')
    await look(walk, 'signin')
    await page.fill('[name=login]', server.staff)
    await page.fill('[name=password]', server.password)
    await page.click('[type=submit]')
    await page.waitForSelector('.start, .choice')
    if (await page.locator('.choice').count() > 0) await page.locator('.choice').first().click()
    await page.waitForSelector('.start')
    await look(walk, 'desk')
    await page.click('.bar .icon-button')
    await page.waitForSelector('.modal .note.good')
    await look(walk, 'menu')
    await page.click('.modal .quiet')
    await page.evaluate(() => navigator.serviceWorker.ready)
  })

  await step(walk, 'a typed code: an error costs no request; the right one is written off and taken back', async () => {
    let asked = 0
    const count = (r) => { if (r.url().endsWith('/prepare')) asked++ }
    page.on('request', count)
    const code = typed.voucher.code
    await enter(code.slice(0, -1) + (code.endsWith('0') ? '1' : '0'))
    await page.waitForSelector('.note.bad')
    await look(walk, 'typo')
    assert(asked === 0, 'a typing error was asked about')
    await enter(code.toLowerCase())
    await page.waitForSelector('.ask')
    page.off('request', count)
    await look(walk, 'ask')
    await page.click('.ask .huge')
    await until('good')
    assert((await typed.state()) === 'redeemed', 'her page does not say so')
    await look(walk, 'done')
    await page.click('.done .button.big:not(.huge)')
    await page.locator('.modal .button.big').first().click()
    await page.waitForSelector('.done.warn')
    await look(walk, 'undone')
    assert((await typed.state()) === 'issued', 'she did not get it back')
    await next()
  })

  await step(walk, 'the camera reads a picture', async () => {
    hold(await filmed.picture())
    await page.click('.ways button:nth-child(1)')
    await page.click('.start')
    await page.waitForSelector('.ask')
    await page.click('.ask .huge')
    await until('good')
    hold('')
    await next()
    await page.waitForSelector('.camera video')
    await look(walk, 'camera')
    await page.click('.camera .button')
  })

  await step(walk, 'without network: one by its picture, one that is used elsewhere; a typed one is refused', async () => {
    await page.clock.install()
    const pictures = [await alone.picture(), await taken.picture()]
    walk.outage = true
    await context.setOffline(true)
    await page.waitForSelector('.banner[data-online=false]')
    await call(server.url, '/api/staff/v1/redemptions', { token: other, body: { code: taken.voucher.code, request_no: `elsewhere-${taken.voucher.id}` } })
    for (const [i, text] of pictures.entries()) {
      if (i === 0) {
        hold(text)
        await page.click('.ways button:nth-child(1)')
        await page.click('.start')
      } else {
        await enter(text)
      }
      await page.waitForSelector('.ask[data-offline]')
      if (i === 0) await look(walk, 'offline-ask')
      await page.click('.ask .huge')
      await until('offline')
      if (i === 0) await look(walk, 'offline-done')
      hold('')
      await next()
    }
    await enter(pictures[0])
    await until('refused')
    await look(walk, 'offline-twice')
    await next()
    await enter(unsure.voucher.code)
    await page.waitForSelector('.note.bad')
    await look(walk, 'offline-typed')
    assert((await alone.state()) === 'issued', 'the server knows what it cannot know')
  })

  await step(walk, 'the page is closed and opened again without network: what waits is there', async () => {
    await page.evaluate(() => new Promise((done) => { // from here on two vouchers may wait, not thirty
      indexedDB.open('siyu-till').onsuccess = ({ target }) => {
        const kept = target.result.transaction('kept', 'readwrite').objectStore('kept')
        kept.get('book').onsuccess = ({ target: { result: book } }) => {
          kept.put({ ...book, limits: { ...book.limits, tickets: 2 } }, 'book').onsuccess = done
        }
      }
    }))
    await page.reload()
    await page.waitForSelector('.banner[data-waiting="2"]')
    await enter(await unsure.picture())
    await until('refused')
    await look(walk, 'offline-enough')
    await next()
    await page.clock.fastForward(60_000)
    await page.click('.banner')
    await page.waitForSelector('.row[data-state=waiting]')
    assert((await page.locator('.row[data-state=waiting]').count()) === 2, 'not both lines are there')
    await look(walk, 'offline-journal')
  })

  await step(walk, 'the network is back: each is booked once, and the conflict says who, where and when', async () => {
    const sent = page.waitForResponse((r) => r.url().endsWith('/api/staff/v1/journal') && r.ok())
    await context.setOffline(false)
    walk.outage = false
    await sent
    await page.waitForSelector('.row[data-state=refused]')
    await page.waitForSelector('.row[data-state=settled]')
    assert((await page.locator('.row[data-state=waiting]').count()) === 0, 'something still waits')
    const why = await page.textContent('.row-why .note')
    assert(/\d\d:\d\d/.test(why), `the conflict says ${why}`)
    await look(walk, 'conflict')
    assert((await alone.state()) === 'redeemed', 'what was accepted offline is not booked')
    await page.reload()
    await page.waitForSelector('.banner.bad')
    await page.click('.banner.bad')
    await page.click('.row-why .button')
    await page.waitForSelector('.row[data-state=refused]', { state: 'detached' })
    const { redemptions } = (await call(server.url, '/api/staff/v1/recent?limit=50', { token: other })).said
    for (const [who, n] of [[typed, 0], [filmed, 1], [alone, 1], [taken, 1], [unsure, 0]]) {
      const live = redemptions.filter((r) => r.voucher_id === who.voucher.id && !r.reversed_at)
      assert(live.length === n, `a voucher was written off ${live.length} times, not ${n}`)
    }
  })

  await step(walk, 'an answer that is lost is found: nothing is lost with it, nothing counts twice', async () => {
    walk.outage = true
    const lose = async (route) => { // the server has written it off, and the phone never hears of it
      await route.fetch()
      await route.abort()
    }
    await page.route('**/api/staff/v1/redemptions', lose, { times: 1 })
    await page.click('.nav button:nth-child(1)')
    await enter(await broken.picture())
    await page.waitForSelector('.ask')
    await page.click('.ask .huge')
    await until('settled') // accepted without an answer, then sent as a line of the journal
    await next()
    await page.route('**/api/staff/v1/redemptions', lose, { times: 1 })
    await enter(unsure.voucher.code)
    await page.waitForSelector('.ask')
    await page.click('.ask .huge')
    await page.waitForSelector('[data-result=unknown], [data-result=settled]')
    await look(walk, 'unknown')
    await until('settled')
    walk.outage = false
    await next()
    const { redemptions } = (await call(server.url, '/api/staff/v1/recent?limit=50', { token: other })).said
    for (const who of [broken, unsure]) assert(redemptions.filter((r) => r.voucher_id === who.voucher.id).length === 1, 'a lost answer counts twice')
  })

  await step(walk, 'the day has its list and its sheet, in the other language too', async () => {
    await page.click('.nav button:nth-child(2)')
    await page.waitForSelector('.row[data-redemption]')
    await look(walk, 'recent')
    await page.click('.nav button:nth-child(3)')
    await page.waitForSelector('.figures')
    await look(walk, 'sheet')
    const lang = () => page.evaluate(() => document.documentElement.lang)
    const before = await lang()
    await page.click('.bar .icon-button')
    await page.click('.modal .button[lang]')
    await page.click('.modal .quiet')
    assert((await lang()) !== before, 'the language stayed')
    await look(walk, 'other-language')
  })

  await step(walk, 'a colleague joins by a link, on her own phone', async () => {
    const { cookie } = await call(server.url, '/api/console/v1/session', { body: { login: server.brand, password: server.password } })
    const shop = (await call(server.url, '/api/console/v1/shops', { cookie, body: { name: '列治文店', address: 'No. 3 Road' } })).said
    const { url } = (await call(server.url, `/api/console/v1/shops/${shop.id}/invitations`, { cookie, body: { name: '小林' } })).said
    const hers = await context.browser().newContext({ locale: 'zh-CN', viewport: page.viewportSize(), hasTouch: true, isMobile: true })
    const device = await hers.newPage()
    await device.goto(`${server.url}/till/${url.slice(url.indexOf('#'))}`)
    await device.waitForSelector('.form .note.good')
    await device.fill('[name=login]', `lin-${shop.id}`)
    await device.fill('[name=password]', 'correct horse battery')
    await device.click('[type=submit]')
    await device.locator('.bar-shop', { hasText: '列治文店' }).waitFor()
    assert(!device.url().includes('#'), 'the invitation is still in the address')
    await hers.close()
  })
  return typed.voucher.code
}
