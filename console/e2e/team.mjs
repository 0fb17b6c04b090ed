// The team: a colleague is invited, joins on her own device, and sees no more than is hers.

/** invite does so, and puts her out again. */
export async function invite(walk, { assert, look, openRoom, soon }) {
  const { page } = walk
  await openRoom(walk, 'team', '.team-row')
  await look(walk, 'team')
  await page.click('.page-actions .button')
  await page.fill('[name=invite-name]', '小林')
  await page.click('.dialog button[type=submit]')
  const link = (await page.locator('.invite-link').textContent()).trim()
  await look(walk, 'invited')
  await page.locator('.dialog button[type=button]').click()
  const login = `${walk.name}-xiaolin`
  const hers = await page.context().browser().newContext({ locale: 'zh-CN', viewport: page.viewportSize() })
  const device = await hers.newPage()
  await device.goto(new URL(`/console/join${link.slice(link.indexOf('#'))}`, page.url()).href)
  await device.fill('[name=login]', login)
  await device.fill('[name=password]', 'correct horse battery')
  await device.click('button[type=submit]')
  await device.waitForSelector('nav.nav')
  const rooms = await device.locator('nav.nav a').count()
  assert(rooms === 2, `a keeper sees ${rooms} rooms`)
  await device.goto(new URL('/console/approvals', page.url()).href)
  await device.waitForURL('**/console/tasks')
  const row = page.locator('.team-row', { hasText: login })
  await soon(page, row.waitFor())
  await row.locator('.actions .button').last().click()
  await page.click('.dialog button[type=submit]')
  await page.waitForSelector('.dialog', { state: 'detached' })
  await page.waitForSelector('details.given')
  await device.reload()
  await device.waitForSelector('.signin [name=login]')
  await hers.close()
}
