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
