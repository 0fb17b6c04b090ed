// One walk through the console in a real browser, once on a desktop and once on a phone, against a running server
// (SIYU_URL, SIYU_LOGIN, SIYU_PASSWORD) or a demo it starts (SIYU_BIN). With SIYU_SHOTS it leaves pictures in that
// folder. Every stop also fails on an error in the browser's console, on sideways scrolling and on what axe finds.
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { liveCode, trackedCode } from './codes.mjs'
import { handOver } from './content.mjs'
import { start } from './demo.mjs'
import { byHand, care } from './groups.mjs'
import * as offers from './offers.mjs'
import * as pacing from './pacing.mjs'
import * as reach from './reach.mjs'
import { invite } from './team.mjs'
import * as till from './till.mjs'

const { env } = process
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream',
  `--use-file-for-fake-video-capture=${till.film}`]
const patience = 60_000

let passed = 0
let failed = 0

function assert(holds, text) {
  if (!holds) throw new Error(text)
}

/** step runs one part of the walk and prints a line; what follows a failed one would only fail too. */
async function step(walk, name, act) {
  try {
    await act()
    passed++
    console.log(`ok ${passed + failed} - ${walk.name}: ${name}`)
  } catch (error) {
    failed++
    console.log(`not ok ${passed + failed} - ${walk.name}: ${name}`)
    console.log(String(error.stack ?? error).replace(/^/gm, '  # '))
    await walk.shot(`failed-${passed + failed}`).catch(() => {})
    throw error
  }
}

/** newWalk opens a page that remembers everything that went wrong on it. */
async function newWalk(browser, name, options) {
  const context = await browser.newContext({ locale: 'zh-CN', ...options })
  context.setDefaultTimeout(patience)
  const page = await context.newPage()
  await page.addInitScript(axe)
  const wrong = []
  const walk = { name, context, page, wrong, outage: false }
  page.on('pageerror', (error) => wrong.push(`page error: ${error}`))
  page.on('console', (message) => {
    // Asking who is signed in, and a wrong password, are answered with 401; the browser calls that an error.
    const signedOut = message.location().url.endsWith('/api/console/v1/session') && message.text().includes('401')
    if (message.type() === 'error' && !signedOut && !walk.outage) wrong.push(`console: ${message.text()} ${message.location().url}`)
  })
  walk.shot = async (what) => {
    if (!env.SIYU_SHOTS) return
    mkdirSync(env.SIYU_SHOTS, { recursive: true })
    await page.screenshot({ path: join(env.SIYU_SHOTS, `${name}-${what}.png`), fullPage: true })
  }
  return walk
}

/** look checks what is on the screen now, and keeps a picture of it. */
async function look(walk, what) {
  const { page } = walk
  await walk.shot(what)
  const wide = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth])
  assert(wide[0] <= wide[1], `${what} scrolls sideways: ${wide[0]} > ${wide[1]} px`)
  const found = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ['violations'] })
    return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`)
  })
  assert(found.length === 0, `axe on ${what}:\n${found.join('\n')}`)
  assert(walk.wrong.length === 0, walk.wrong.join('\n'))
}

async function signIn(page, login, password) {
  await page.fill('[name=login]', login)
  await page.fill('[name=password]', password)
  await page.click('button[type=submit]')
}

async function signOut(walk) {
  await walk.page.click('.account')
  await look(walk, 'menu')
  await walk.page.click('.menu .button.wide')
  await walk.page.waitForSelector('[name=password]')
}

const open = (page, where) => page.click(`nav a[href="/console/${where}"]`)

/** openRoom opens one of the rooms that on a phone stand behind a tab. */
async function openRoom(walk, where, until = '.tabs') {
  const { page } = walk
  const more = page.locator('.nav-more')
  if (await more.isVisible()) {
    await more.click()
    await page.click(`.menu-rooms a[href="/console/${where}"]`)
  } else {
    await open(page, where)
  }
  await page.waitForSelector(until)
}

/** today reads the funnel off the page: somebody is in it, and no step has more people than the one before. */
async function today(walk) {
  const { page } = walk
  await page.waitForSelector('.step[data-stage]')
  const people = await page.$$eval('.step[data-stage]', (steps) => steps.map((s) => Number(s.dataset.people)))
  assert(people.length === 7, `the funnel has ${people.length} steps, not 7`)
  assert(people[0] > 0, 'the funnel is empty')
  assert(people.every((n, i) => i === 0 || n <= people[i - 1]), `the funnel grows somewhere: ${people.join(' ')}`)
  await page.waitForSelector('table.rows tbody tr')
  await look(walk, 'today')
  await page.click('.note-button')
  await page.waitForSelector('.how')
  await look(walk, 'how-counted')
  await page.keyboard.press('Escape')
  await page.waitForSelector('.how', { state: 'detached' })
}

async function switchLanguage(walk) {
  const { page } = walk
  const lang = () => page.evaluate(() => document.documentElement.lang)
  const [before, title] = [await lang(), await page.textContent('h1')]
  const button = page.locator('button.quiet[lang]')
  const stored = page.waitForResponse((r) => r.url().endsWith('/api/console/v1/session') && r.request().method() === 'PATCH')
  await button.click()
  assert((await stored).ok(), 'the language was not stored')
  const after = await lang()
  assert(after !== before && ['zh-Hans', 'en'].includes(after), `the language stayed ${before}`)
  assert((await page.textContent('h1')) !== title, 'the title did not change')
  await page.reload()
  await page.waitForSelector('.step[data-stage]')
  assert((await lang()) === after, 'the language was forgotten')
  await look(walk, 'other-language')
}

/** groups wants a reason in words, and a next time or its absence, at every post that is held. */
async function groups(walk) {
  const { page } = walk
  await open(page, 'groups')
  await page.waitForSelector('.group-row')
  await look(walk, 'groups')
  const ids = await page.$$eval('.group-row', (rows) => rows.map((r) => r.dataset.group))
  let held = 0
  for (const id of ids) {
    await page.click(`.group-row[data-group="${id}"] a`)
    await page.waitForSelector('#sponsored')
    assert((await page.$$('.fact-main')).length === 1, 'a group lacks its next slot')
    held += await heldPosts(page)
    if (id === ids[0]) await look(walk, 'group')
    await open(page, 'groups')
    await page.waitForSelector('.group-row')
  }
  assert(held > 0, 'nothing is held anywhere')
  await page.click(`.group-row[data-group="${ids[0]}"] a`)
  await page.locator('.switch').first().click()
  await page.waitForSelector('.dialog')
  await look(walk, 'pause')
  await page.locator('.dialog button[type=button]').click()
  await page.waitForSelector('.dialog', { state: 'detached' })
}

/** heldPosts counts the held posts of a group's page; each says in words why it waits, and whether it is asked again. */
async function heldPosts(page) {
  await page.$$eval('details', (all) => all.forEach((d) => (d.open = true)))
  const held = await page.$$eval('.held', (all) => all.map((h) => ({
    reason: h.dataset.reason,
    words: h.querySelector('.held-why')?.textContent?.trim() ?? '',
    next: h.querySelector('.held-next')?.textContent?.trim() ?? '',
  })))
  for (const h of held) assert(h.words.length > 3 && h.words !== h.reason && !h.words.includes('_') && h.next, `a held post says ${JSON.stringify(h)}`)
  return held.length
}

/** decide works through the first offer of the inbox; the keyboard does it where there is one. */
async function decide(walk, verdict) {
  const { page } = walk
  await open(page, 'approvals')
  const title = (await page.textContent('#offer')).trim()
  await look(walk, 'approvals')
  if (verdict === 'approve') {
    await page.keyboard.press('j')
    await page.keyboard.press('k')
    await page.keyboard.press('a')
  } else {
    await page.locator('.decide .button').first().click()
  }
  await page.waitForSelector('.dialog')
  await look(walk, verdict)
  if (verdict === 'decline') {
    await page.click('.dialog button[type=submit]')
    await page.waitForSelector('.dialog .field-error')
    await page.fill('.dialog textarea', '群里上周刚发过类似的，下个月再来。')
  }
  await page.click('.dialog button[type=submit]')
  await page.locator('.toast', { hasText: title }).waitFor()
  await page.waitForSelector('.dialog', { state: 'detached' })
  await page.waitForFunction((t) => document.querySelector('#offer')?.textContent?.trim() !== t, title)
  const recent = page.locator('.offer-row', { hasText: title })
  await recent.locator(verdict === 'approve' ? '.tag.good' : '.tag.bad').waitFor()
  await look(walk, `${verdict}d`)
}

/** replies writes a rule, sees it answer in the try-out and takes it away again; then a menu is drawn up and published. */
async function replies(walk) {
  const { page } = walk
  await openRoom(walk, 'replies')
  await page.waitForSelector('.rule.house')
  await look(walk, 'replies')
  await page.locator('main a[href*="/replies/new?account="].primary').first().click()
  await page.click('.rule-page button[type=submit]')
  await page.waitForSelector('#name[aria-invalid]')
  await look(walk, 'rule-refused')
  const [name, word, said] = [`${walk.name}-rule`, `${walk.name}-word`, `${walk.name} says hello`]
  await page.fill('#name', name)
  await page.fill('#patterns', word)
  await page.fill('.localwords textarea', said)
  await page.locator('.place').first().click()
  await look(walk, 'rule')
  await page.click('.rule-page button[type=submit]')
  await page.locator('[data-rule]', { hasText: name }).waitFor()
  await page.fill('#try-text', `is there a ${word.toUpperCase()}?`)
  await page.click('.tryout button[type=submit]')
  await page.locator('.try-rule a', { hasText: name }).waitFor()
  const answer = await page.textContent('.chat .bubble.theirs')
  assert(answer.startsWith(said) && !answer.includes('%'), `the try-out shows ${answer}`)
  await look(walk, 'try-out')
  await page.locator('[data-rule]', { hasText: name }).locator('[role=switch]').click()
  await page.locator('[data-rule][data-off]', { hasText: name }).waitFor()
  await page.click('.tryout button[type=submit]')
  await page.locator('.try-rule a').waitFor({ state: 'detached' })
  await page.locator('[data-rule]', { hasText: name }).locator('a').click()
  await page.click('.button.remove')
  await page.waitForSelector('.dialog')
  await look(walk, 'rule-delete')
  await page.click('.dialog button[type=submit]')
  await page.waitForSelector('.rule.house')
  await page.locator('[data-rule]', { hasText: name }).waitFor({ state: 'detached' })
}

async function menu(walk) {
  const { page } = walk
  await page.click('.tabs a[href="/console/replies/menu"]')
  await page.waitForSelector('.menu-phone')
  await page.click('.menu-bar .menu-add')
  await page.fill('#menu-name', walk.name)
  await page.selectOption('#menu-type', 'view')
  await page.click('.menu-actions .primary')
  await page.waitForSelector('#menu-url[aria-invalid]')
  await page.fill('#menu-url', 'https://example.com/')
  await page.click('.menu-actions .primary')
  await page.locator('.dialog .menu-changes li[data-kind=added]', { hasText: walk.name }).waitFor()
  await look(walk, 'menu-ask')
  await page.click('.dialog button[type=submit]')
  await page.waitForSelector('.dialog', { state: 'detached' })
  await page.waitForSelector('.menu-actions .primary:disabled')
  await page.locator('section[aria-labelledby=menu-live] .tag', { hasText: walk.name }).waitFor()
  await look(walk, 'menu')
  await page.click('.tabs a[href="/console/replies/hours"]')
  await page.waitForSelector('.week')
  await page.locator('.day-tools .button').first().click()
  await look(walk, 'hours')
}

/** outage takes the network away: the page says so, and one tap brings it back. */
async function outage(walk) {
  const { page } = walk
  const api = '**/api/console/v1/groups?*'
  walk.outage = true
  await page.route(api, (route) => route.abort())
  await page.goto(new URL('/console/groups', page.url()).href)
  await page.waitForSelector('.state[role=alert]')
  await look(walk, 'no-network')
  await page.unroute(api)
  await page.click('.state[role=alert] .button')
  await page.waitForSelector('.group-row')
  walk.outage = false
}

/** system asks WeChat how an account stands, and reads a push without learning who sent it. */
async function system(walk) {
  const { page } = walk
  const tab = (name) => page.click(`.tabs a[href="/console/system${name}"]`)
  await openRoom(walk, 'system')
  await page.locator('.sys-account .actions .button').first().click()
  await page.waitForSelector('.sys-found li.good')
  assert((await page.$$('.sys-found li.bad')).length === 0, 'an account of the demo does not stand well')
  await look(walk, 'system-accounts')
  await tab('/pushes')
  await page.waitForSelector('.sys-table tbody tr')
  const counts = await page.$$eval('.sys-table tbody td:last-child', (all) => all.map((td) => Number(td.textContent.replace(/\D/g, ''))))
  assert(counts.length > 2 && counts.every((n) => n > 0), `pushes are counted as ${counts.join(' ')}`)
  await page.locator('.sys-choice .segment').nth(2).click()
  await page.locator('.sys-row .button').first().click()
  await page.waitForSelector('.sys-contents pre, .sys-contents .blanked')
  const said = (await page.locator('.sys-contents pre').allTextContents()).join()
  assert(!/<FromUserName>[^•]/.test(said), 'a push shows who sent it')
  await look(walk, 'system-push')
  await page.keyboard.press('Escape')
  await page.waitForSelector('.sys-contents', { state: 'detached' })
  await look(walk, 'system-pushes')
  for (const name of ['/jobs', '/messages']) {
    await tab(name)
    await page.waitForSelector('.sys-row, .state')
    await look(walk, `system-${name.slice(1)}`)
  }
}

/** brand sees its offers, and a form that says by field what is missing. */
async function brand(walk, server) {
  const { page } = walk
  await signIn(page, server.brand, server.password)
  await page.waitForSelector('.offer-row, .state')
  await look(walk, 'offers')
  await page.click('a[href="/console/offers/new"]')
  await page.click('.form button[type=submit]')
  await page.waitForSelector('#title[aria-invalid]')
  await look(walk, 'new-offer')
  await open(page, 'offers')
  await page.waitForSelector('.offer-row, .state')
}

/** device is another device in somebody's hands, with nobody signed in. */
const device = (walk, name, options) => newWalk(walk.context.browser(), `${walk.name}-${name}`, options)

/** soon waits for what only comes when the page asks again, and has it ask as it does when somebody looks at it again. */
async function soon(page, waiting) {
  let over = false
  const done = waiting.finally(() => { over = true })
  while (!over) {
    await Promise.race([done, new Promise((later) => setTimeout(later, 400))])
    if (!over) await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')))
  }
  return done
}

/** kit is what the rooms with a file of their own need of this one. */
const kit = { assert, look, open, openRoom, device, soon }

async function desktop(walk, server) {
  const { page } = walk
  await page.goto(`${server.url}/console/`)
  await step(walk, 'a wrong password is refused in words', async () => {
    await page.waitForSelector('[name=password]')
    await look(walk, 'sign-in')
    await signIn(page, server.login, `${server.password}-wrong`)
    await page.waitForSelector('.signin .notice.bad')
    await look(walk, 'refused')
  })
  await step(walk, 'signed in, Today shows a funnel that only narrows', async () => {
    await signIn(page, server.login, server.password)
    await today(walk)
  })
  await step(walk, 'the language is switched and kept', () => switchLanguage(walk))
  await step(walk, 'every held post has its reason and next time', () => groups(walk))
  await step(walk, 'an ordinary group is registered', () => byHand(walk, kit))
  await step(walk, 'a post is written, scheduled, handed over and confirmed', () => handOver(walk, kit))
  await step(walk, 'groups are cared for, and one is ended', () => care(walk, kit))
  await step(walk, 'an offer is approved by keyboard', () => decide(walk, 'approve'))
  await step(walk, 'a rule is tried on the past, saved and brought back', () => pacing.rules(walk, kit))
  await step(walk, 'a held post tells its story', () => pacing.story(walk, kit))
  await step(walk, 'a group’s fatigue is read and forgotten', () => pacing.fatigue(walk, kit))
  await step(walk, 'a live code is missed where it leads nowhere, and then leads to a group', () => liveCode(walk, kit))
  await step(walk, 'a rule is written, tried, switched off and deleted', () => replies(walk))
  await step(walk, 'a menu is drawn up and published', () => menu(walk))
  await step(walk, 'an account is checked, a push is read', () => system(walk))
  await step(walk, 'months close by themselves on another day', () => offers.closing(walk, kit))
  await step(walk, 'a broadcast is counted, scheduled and taken back', () => reach.broadcasts(walk, kit))
  await step(walk, 'a colleague joins and sees only what is hers', () => invite(walk, kit))
  await step(walk, 'subscription templates are read', () => reach.templates(walk, kit))
  await step(walk, 'signed out', () => signOut(walk))
  if (server.brand) {
    await step(walk, 'a brand sees its offers and a form', () => brand(walk, server))
    await step(walk, 'a brand sees what an offer would get', () => pacing.forecast(walk, kit))
    await step(walk, 'a brand is told what an offer may not say, and keeps a draft', () => offers.draft(walk, kit))
    await step(walk, 'a shop is opened and a clerk invited', () => offers.shop(walk, kit))
  }
}

async function phone(walk, server) {
  const { page } = walk
  await page.goto(`${server.url}/console/`)
  await step(walk, 'signed in, Today shows a funnel that only narrows', async () => {
    await signIn(page, server.login, server.password)
    await today(walk)
  })
  await step(walk, 'the language is switched and kept', () => switchLanguage(walk))
  await step(walk, 'every held post has its reason and next time', () => groups(walk))
  await step(walk, 'a group says when it is free, and why not now', () => pacing.free(walk, kit))
  await step(walk, 'an ordinary group is registered', () => byHand(walk, kit))
  await step(walk, 'a post is written, scheduled, handed over and confirmed', () => handOver(walk, kit))
  await step(walk, 'groups are cared for, and one is ended', () => care(walk, kit))
  await step(walk, 'an offer is declined with a reason', () => decide(walk, 'decline'))
  await step(walk, 'everything is stopped, and goes on', () => pacing.stop(walk, kit))
  await step(walk, 'a tracked code for a poster is made', () => trackedCode(walk, { look, openRoom }))
  await step(walk, 'a rule is written, tried, switched off and deleted', () => replies(walk))
  await step(walk, 'a menu is drawn up and published', () => menu(walk))
  await step(walk, 'an account is checked, a push is read', () => system(walk))
  await step(walk, 'without network the page says so and recovers', () => outage(walk))
  await step(walk, 'a tag is made, seen and deleted', () => reach.tags(walk, kit))
  await step(walk, 'a quest is published and ended', () => offers.quest(walk, kit))
  if (server.code) {
    await step(walk, 'what the till wrote off is taken back', () => offers.takeBack(walk, kit))
    await step(walk, 'a member is found by her voucher and given points', () => offers.member(walk, server.code, kit))
  }
  await step(walk, 'a shop is opened and a clerk invited', () => offers.shop(walk, kit))
  await step(walk, 'signed out', () => signOut(walk))
}

/** main walks both ways; an error outside of a step is a failure of its own. */
async function main() {
  const server = await start(env)
  try {
    const browser = await chromium.launch({ executablePath: env.SIYU_TEST_CHROMIUM || '/usr/bin/chromium', args: flags, timeout: patience })
    try {
      for (const [name, options, act] of [
        ['desktop', { viewport: { width: 1280, height: 860 }, colorScheme: 'light' }, desktop],
        ...(server.staff && server.wechat ? [['till', { viewport: { width: 390, height: 844 }, colorScheme: 'light', hasTouch: true, isMobile: true, permissions: ['camera'] },
          async (walk) => { server.code = await till.shift(walk, server, { assert, look, step }) }]] : []),
        ['phone', { viewport: { width: 390, height: 844 }, colorScheme: 'dark', hasTouch: true, isMobile: true }, phone],
      ]) {
        if (env.SIYU_WALK && !env.SIYU_WALK.split(',').includes(name)) continue
        const [walk, before] = [await newWalk(browser, name, options), failed]
        await act(walk, server).catch((error) => { if (failed === before) throw error })
        await walk.context.close()
      }
    } finally {
      await browser.close()
    }
  } finally {
    await server.stop()
  }
}

await main().catch((error) => {
  failed++
  console.log(`not ok ${passed + failed} - ${String(error.stack ?? error).replace(/\n/g, '\n  # ')}`)
})
console.log(`1..${passed + failed}`)
console.log(`# journey: ${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
