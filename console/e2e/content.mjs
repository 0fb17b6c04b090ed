// From an empty head to a post that is in its group: an organiser writes something, schedules it for the group she has just
// registered, hands it over on her phone and says that it is posted.

/** handOver does so; before it, byHand has registered the group. */
export async function handOver(walk, { assert, look, openRoom, open, device, soon }) {
  const { page } = walk
  const [group, title] = [`${walk.name}新群`, `${walk.name}周末活动`]
  await openRoom(walk, 'content', '.state, .piece-row')
  await look(walk, 'content')
  await page.locator('main a[href="/console/content/new"]').first().click()
  await page.click('.form button[type=submit]')
  await page.waitForSelector('[name=title][aria-invalid]')
  await look(walk, 'content-refused')
  await page.fill('[name=title]', title)
  await page.fill('[name=text]', '这周六上午十点，图书馆有亲子故事会，免费，不用报名。')
  await page.selectOption('[name=audience]', 'chosen')
  await page.locator('.chosen-list .check', { hasText: group }).click()
  await page.selectOption('[name=repeat]', 'weekly')
  await page.waitForSelector('.times[data-zone] li:nth-child(5)') // a post of once has but one
  await look(walk, 'content-new')
  await page.click('.form button[type=submit]')
  await page.waitForSelector('.runs [data-state=planned]')
  await look(walk, 'content-scheduled')
  await page.locator('.actions .button').first().click() // now, beside its schedule
  await page.waitForSelector('.dialog')
  await look(walk, 'content-now')
  await page.click('.dialog button[type=submit]')
  await page.waitForSelector('.dialog', { state: 'detached' })
  await soon(page, page.waitForSelector('.runs [data-state=handed]'))
  await open(page, '')
  await soon(page, page.locator('.need.task', { hasText: group }).waitFor())
  await look(walk, 'today-to-post')
  await open(page, 'tasks')
  await page.locator('.task-row', { hasText: group }).locator('a').click()
  await page.waitForSelector('.hand[data-standing=post]')
  const text = await page.textContent('.hand .copy')
  assert(text.includes('亲子故事会'), `the task says ${text}`)
  if (walk.name === 'phone') await inTheConsole(walk, { look })
  else await onTheOtherPhone(walk, { assert, look, device })
  await open(page, 'tasks')
  await page.waitForSelector('.state, .task-row')
  assert((await page.locator('.task-row', { hasText: group }).count()) === 0, 'what is posted is still to be posted')
  await openRoom(walk, 'content', '.piece-row')
  await page.locator('.piece-row', { hasText: title }).locator('a').click()
  await page.waitForSelector('.runs [data-state=posted]')
}

/** inTheConsole hands it over on the console's own page, as whoever works on one phone does. */
async function inTheConsole(walk, { look }) {
  const { page } = walk
  await page.locator('.hand-step .button').first().click()
  await page.locator('.toast').first().waitFor()
  await look(walk, 'task')
  await page.locator('.hand-words .button.primary').click()
  await page.locator('.dialog .segment').nth(1).click()
  await page.fill('[name=posted-at]', '2019-01-01T10:00')
  await page.click('.dialog button[type=submit]')
  await page.waitForSelector('[name=posted-at][aria-invalid]')
  await look(walk, 'task-earlier')
  await page.locator('.dialog .segment').first().click()
  await page.click('.dialog button[type=submit]')
  await page.waitForSelector('.hand[data-standing=done]')
  await page.waitForSelector('.dialog', { state: 'detached' })
  await look(walk, 'task-done')
}

/** onTheOtherPhone opens the task's own page on a phone that is signed in nowhere, as whoever sits before a desktop does. */
async function onTheOtherPhone(walk, { assert, look, device }) {
  const { page } = walk
  await look(walk, 'task')
  await page.click('.on-phone summary')
  await page.waitForFunction(() => document.querySelector('.on-phone img.qr')?.naturalWidth > 0)
  await look(walk, 'task-on-phone')
  const url = await page.getAttribute('.on-phone a', 'href')
  const hers = await device(walk, 'hers', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
  const phone = hers.page
  await phone.goto(url)
  assert((await phone.inputValue('#t')).includes('亲子故事会'), 'the phone does not show what is to be posted')
  await look(hers, 'to-post')
  await phone.click('#c')
  await phone.click('form:has([value=posted]) button')
  await phone.waitForSelector('.big.ok')
  await look(hers, 'posted')
  assert((await phone.locator('form').count()) === 0, 'what is posted is asked for again')
  await hers.context.close()
  await page.reload()
  await page.locator('.hand[data-standing=done], .card .state').first().waitFor()
  await look(walk, 'task-done')
}
