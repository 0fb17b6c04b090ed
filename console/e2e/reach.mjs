// The room of broadcasts, tags and notices, as an organiser walks through it. Nothing here is sent to anybody: what is
// scheduled is cancelled, and what is made is taken away.

/** broadcasts writes one, reads whom it would reach, schedules it and takes it back. */
export async function broadcasts(walk, { assert, look, openRoom }) {
  const { page } = walk
  const name = `试走 ${Date.now()}`
  await openRoom(walk, 'reach')
  await page.waitForSelector('.reach-row, .card .state')
  await look(walk, 'broadcasts')
  await page.locator('a[href="/console/reach/new"]').first().click()
  await page.click('.form button[type=submit]')
  await page.waitForSelector('[name=name][aria-invalid]')
  await page.fill('[name=name]', name)
  await page.fill('[name=text]', '这周六上午十点，本地市集开门。')
  await look(walk, 'broadcast-form')
  await page.click('.form button[type=submit]')
  const figures = page.locator('.reach-figures[data-people]')
  await figures.waitFor()
  const { people, get, skips } = await figures.evaluate((f) => ({ ...f.dataset }))
  assert(Number(people) > 0, 'nobody would get it')
  assert(Number(get) + Number(skips) === Number(people), `${get} get it and ${skips} do not, of ${people}`)
  await look(walk, 'broadcast-draft')
  await page.check('#when-later')
  const send = page.locator('form[aria-labelledby=sending] button[type=submit]')
  const quiet = page.locator('.reach-quiet .button')
  await page.waitForFunction(() => document.querySelector('.reach-quiet') || document.querySelector('form[aria-labelledby=sending] button[type=submit]:not([disabled])'))
  if (await quiet.isVisible()) await quiet.click()
  await send.click()
  await page.waitForSelector('.dialog')
  const asked = (await page.textContent('.dialog-title')).replaceAll(/\D/g, ' ').split(' ')
  assert(asked.includes(people), `the question does not say that ${people} get it: ${asked}`)
  await look(walk, 'broadcast-ask')
  await page.click('.dialog button[type=submit]')
  await page.waitForSelector('#planned')
  await page.waitForSelector('.dialog', { state: 'detached' })
  await look(walk, 'broadcast-planned')
  await page.locator('.reach-actions .button').last().click()
  await page.click('.dialog button[type=submit]')
  await page.waitForSelector('#planned', { state: 'detached' })
  await page.waitForSelector('.dialog', { state: 'detached' })
  await page.locator('.page-actions a').click()
  const row = page.locator('.reach-row', { hasText: name })
  await row.waitFor()
  assert((await row.locator('.tag.warn').count()) === 0, 'it still waits to be sent')
}

/** tags makes one by a condition, sees who gets it, takes it off somebody, and deletes it. */
export async function tags(walk, { assert, look, openRoom, soon }) {
  const { page } = walk
  const name = `试走${Date.now() % 1_000_000}`
  await openRoom(walk, 'reach')
  await page.click('.tabs a[href="/console/reach/tags"]')
  await page.locator('a[href="/console/reach/tags/new"]').first().click()
  await page.fill('[name=tag_name]', name)
  await page.click('.form button[type=submit]')
  await page.waitForSelector('.reach-rule .field-error')
  await page.click('.reach-rule .actions .button')
  await look(walk, 'tag-form')
  await page.click('.form button[type=submit]')
  await soon(page, page.waitForSelector('.reach-members .icon-button'))
  await look(walk, 'tag')
  const before = await page.locator('#tagged + .hint ~ .reach-members > li').count()
  await page.locator('.reach-members .icon-button').first().click()
  await look(walk, 'tag-take')
  await page.click('.dialog button[type=submit]')
  await soon(page, page.waitForSelector('#off'))
  assert(before > 0, 'nobody has the tag')
  await page.locator('.card.form > .actions .button').last().click()
  await page.waitForSelector('.dialog')
  await look(walk, 'tag-delete')
  await page.click('.dialog button[type=submit]')
  await page.waitForSelector('.tabs')
  await page.waitForSelector('.dialog', { state: 'detached' })
  await page.waitForFunction((gone) => [...document.querySelectorAll('.reach-row')].every((row) => !row.textContent.includes(gone)), name)
}

/** templates reads them from WeChat and opens one, if there is one. */
export async function templates(walk, { look, openRoom }) {
  const { page } = walk
  await openRoom(walk, 'reach')
  await page.click('.tabs a[href="/console/reach/templates"]')
  await page.locator('.reach-sync .button').first().click()
  await page.waitForSelector('.reach-row, .reach-sync .field-error, .toast')
  await look(walk, 'templates')
  const row = page.locator('.reach-row').first()
  if ((await row.count()) === 0) return
  await row.click()
  await page.waitForSelector('#numbers')
  await page.waitForSelector('.posts, #notices + .muted')
  await look(walk, 'template')
}
