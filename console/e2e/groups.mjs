// The walk through the groups: one is registered by hand, corrected, and found again.

/** byHand registers an ordinary group; what cannot be true is said at its field, and a name that is taken is asked about. */
export async function byHand(walk, { assert, look, open }) {
  const { page } = walk
  const name = `${walk.name}新群`
  await open(page, 'groups')
  await page.click('.page-actions a[href="/console/groups/new"]')
  await page.click('.form button[type=submit]')
  await page.waitForSelector('#name[aria-invalid]')
  await look(walk, 'new-group-refused')
  await page.fill('#name', name)
  await page.fill('#headcount', '501')
  await page.click('.form button[type=submit]')
  await page.waitForSelector('#headcount[aria-invalid]')
  await page.fill('#headcount', '86')
  await look(walk, 'new-group')
  await page.click('.form button[type=submit]')
  await page.waitForSelector('[data-missing=noWay]')
  assert((await page.locator('[data-missing=noCount]').count()) === 0, 'a group that was counted is said to be uncounted')
  await look(walk, 'new-group-made')
  await page.locator('.group-tools .button').first().click()
  await page.fill('.dialog #headcount', '90')
  await look(walk, 'edit-group')
  await page.click('.dialog button[type=submit]')
  await page.waitForSelector('.dialog', { state: 'detached' })
  await page.locator('.fact-value', { hasText: '90' }).waitFor()
  await open(page, 'groups')
  await page.locator('.group-row', { hasText: name }).waitFor()
}

/** care looks at how the groups are doing and what newcomers read, and ends the group that was registered by saying its name. */
export async function care(walk, { assert, look, open }) {
  const { page } = walk
  const name = `${walk.name}新群`
  await open(page, 'groups')
  await page.click('.tabs a[href="/console/groups/health"]')
  await page.waitForSelector('.health-list li, .state')
  await look(walk, 'health')
  await page.click('.tabs a[href="/console/groups/welcomes"]')
  await page.waitForSelector('#welcome-group')
  await look(walk, 'welcomes')
  await page.click('.tabs a[href="/console/groups"]')
  await page.locator('.group-row', { hasText: name }).locator('a').click()
  await page.waitForSelector('.agenda')
  await page.waitForSelector('.flows')
  await look(walk, 'group-whole')
  const posted = await page.locator('.agenda li[data-kind=value]').count()
  assert(posted > 0, 'the content calendar does not know what was posted')
  await page.click('.group-end .button')
  await page.fill('[name=retire-name]', 'another')
  await page.click('.dialog button[type=submit]')
  await page.waitForSelector('[name=retire-name][aria-invalid]')
  walk.wrong.length = 0 // the browser calls the server's refusal an error
  await look(walk, 'group-end')
  await page.fill('[name=retire-name]', name)
  await page.click('.dialog button[type=submit]')
  await page.waitForSelector('.retired')
  await page.waitForSelector('.dialog', { state: 'detached' })
  await open(page, 'groups')
  await page.waitForSelector('.group-row')
  await page.locator('.group-row', { hasText: name }).waitFor({ state: 'detached' })
}
