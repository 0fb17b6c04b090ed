// The rules of sponsored posts, the big stop, and why a post waits, as an organiser meets them. Whatever is changed here is
// changed back.

/** rules makes one stricter, reads what that would have held, saves it, and brings the old one back. */
export async function rules(walk, { assert, look, openRoom }) {
  const { page } = walk
  await openRoom(walk, 'pacing')
  const cap = page.locator('[name=group_cap]')
  await cap.waitFor()
  const before = await cap.inputValue()
  await look(walk, 'rules')
  await cap.fill('many')
  await page.click('.pacing-form button[type=submit]')
  await page.waitForSelector('[name=group_cap][aria-invalid]')
  await cap.fill('1')
  await page.click('.pacing-form button[type=submit]')
  const past = page.locator('.pacing-past[data-held]')
  await past.waitFor()
  const { held, posts } = await past.evaluate((p) => ({ ...p.dataset }))
  assert(Number(posts) > 0, 'the dry run knows of no posts')
  assert(Number(held) > 0 && Number(held) <= Number(posts), `one post a week instead of ${before} would have held ${held} of ${posts}`)
  assert((await page.locator('.pacing-changes li[data-field=group_cap]').count()) > 0, 'the changed cap is not among the changes')
  await look(walk, 'rules-tried')
  const rev = Number(await page.locator('.pacing-revisions > li').first().getAttribute('data-rev')) + 1
  await save(page)
  await page.locator(`.pacing-revisions > li[data-rev="${rev}"]`).waitFor()
  await page.waitForFunction(() => document.querySelector('[name=group_cap]')?.value === '1')
  await page.locator(`.pacing-revisions > li[data-rev="${rev - 1}"] .button`).click()
  assert((await cap.inputValue()) === before, 'the old revision is not in the form')
  await page.click('.pacing-form button[type=submit]')
  await past.waitFor()
  await save(page)
  await page.locator(`.pacing-revisions > li[data-rev="${rev + 1}"]`).waitFor()
  await page.waitForSelector('.pacing-form')
  await look(walk, 'rules-history')
}

async function save(page) {
  await page.click('.pacing-review .button.primary')
  await page.waitForSelector('.dialog')
  await page.click('.dialog button[type=submit]')
  await page.waitForSelector('.dialog', { state: 'detached' })
  await page.waitForSelector('.pacing-form')
}

/** stop stops everything from wherever she is, and lets it go on. */
export async function stop(walk, { assert, look }) {
  const { page } = walk
  await page.click('.stop-button')
  await page.fill('#stop-note', '暴雨，先停一停')
  await look(walk, 'stop-ask')
  await page.click('.dialog button[type=submit]')
  const banner = page.locator('.stop-banner')
  await banner.waitFor()
  await page.waitForSelector('.dialog', { state: 'detached' })
  assert((await banner.textContent()).includes('暴雨'), 'the banner does not say why')
  assert((await page.locator('.stop-button').count()) === 0, 'what is stopped can be stopped again')
  await look(walk, 'stopped')
  await banner.locator('.button').click()
  await page.click('.dialog button[type=submit]')
  await banner.waitFor({ state: 'detached' })
  await page.waitForSelector('.dialog', { state: 'detached' })
  await page.waitForSelector('.stop-button')
}

/** story reads why a held post waits and what happened to it. */
export async function story(walk, { assert, look, open }) {
  const { page } = walk
  await open(page, 'groups')
  const held = page.locator('.held', { has: page.locator('.tag.warn') }).first()
  const rows = page.locator('.group-row a')
  await rows.first().waitFor()
  for (let i = 0; i < (await rows.count()); i++) {
    await rows.nth(i).click()
    await page.waitForSelector('#sponsored')
    if ((await held.count()) > 0) break
    await open(page, 'groups')
    await rows.first().waitFor()
  }
  await held.locator('.post-links a').click()
  await page.waitForSelector('.story-now[data-state]')
  await page.waitForSelector('.story-course li')
  const state = await page.getAttribute('.story-now', 'data-state')
  assert(['held', 'reserved', 'tasked', 'lapsed', 'released'].includes(state), `the held post is ${state}`)
  const said = await page.locator('.story-course').textContent()
  assert(!/[a-z]+_[a-z]+/.test(said), `a reason is shown as a code: ${said}`)
  await look(walk, 'story')
}

/** free looks when a group is free, and why it is not at another time. */
export async function free(walk, { assert, look }) {
  const { page } = walk
  await page.click('.group-links a[href*="/pacing/calendar"]')
  await page.waitForSelector('.calendar-stretch')
  const days = await page.locator('.calendar-days > li').count()
  assert(days === 7, `the week has ${days} days`)
  const closed = page.locator('.calendar-stretch:not([data-free])').first()
  assert((await closed.getAttribute('data-reason')).length > 0, 'a closed stretch has no reason')
  await closed.click()
  const told = (await page.textContent('.calendar-told')).trim()
  assert(told.length > 10 && !/[a-z]+_[a-z]+/.test(told), `a closed stretch says: ${told}`)
  await look(walk, 'calendar')
}

/** fatigue reads how tired a group is, has it forgotten, and looks at the report of groups that are held out. */
export async function fatigue(walk, { assert, look, openRoom }) {
  const { page } = walk
  await openRoom(walk, 'pacing')
  await page.click('.tabs a[href="/console/pacing/fatigue"]')
  await page.waitForSelector('.fatigue-now[data-score]')
  const score = Number(await page.getAttribute('.fatigue-now', 'data-score'))
  assert(score >= 0 && score <= 100, `the score is ${score}`)
  assert((await page.locator('.fatigue-values [data-value]').count()) >= 6, 'learnt values are missing')
  await page.waitForSelector('.fatigue-chart .line-score')
  await look(walk, 'fatigue')
  await page.click('.fatigue-forget')
  await look(walk, 'fatigue-forget')
  await page.click('.dialog button[type=submit]')
  await page.waitForSelector('.dialog', { state: 'detached' })
  await page.waitForSelector('.fatigue-now[data-score]')
  await page.click('.tabs a[href="/console/pacing/lift"]')
  await page.waitForSelector('.state, .lift-season')
  await look(walk, 'lift')
}

/** forecast asks as a brand what an offer would get, before it is handed in. */
export async function forecast(walk, { assert, look }) {
  const { page } = walk
  await page.click('a[href="/console/offers/new"]')
  await page.click('.builder-forecast .button')
  const figures = page.locator('.forecast-figures')
  await figures.waitFor()
  assert((await figures.getAttribute('data-posts')) !== null, 'no number of groups')
  await look(walk, 'forecast')
  await page.click('nav a[href="/console/offers"]')
  await page.waitForSelector('.offer-row, .state')
}
