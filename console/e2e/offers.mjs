// A brand's offer and its shop.

/** picture is one red dot: the smallest PNG there is. */
const picture = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==', 'base64')

/** draft writes an offer that breaks a rule, is told which, keeps it as one draft though the first answer is lost, and deletes it. */
export async function draft(walk, { assert, look }) {
  const { page } = walk
  await page.click('a[href="/console/offers/new"]')
  await page.fill('#title', '可颂买一送一')
  await page.fill('#body', '转发到朋友圈即可领取。')
  await page.locator('.finding[data-weight=refused] mark').first().waitFor()
  await look(walk, 'offer-finding')
  await page.fill('#body', '周末早晨 8 点出炉。')
  await page.setInputFiles('#picture', { name: 'card.gif', mimeType: 'image/gif', buffer: Buffer.from('GIF89a') })
  await page.waitForSelector('#picture[aria-invalid]')
  await page.setInputFiles('#picture', { name: 'card.png', mimeType: 'image/png', buffer: picture })
  await page.waitForSelector('.offer-picture img')
  await page.locator('.preview .segment').nth(1).click()
  await page.waitForSelector('img.mini-picture')
  await page.fill('#value', '12.50')
  await page.waitForSelector('.finding', { state: 'detached' })
  const keep = page.locator('.offer-send .button').nth(1)
  walk.outage = true
  await page.route('**/api/console/v1/offers/drafts', async (route) => { await route.fetch(); await route.abort() }, { times: 1 })
  await keep.click()
  await page.waitForSelector('.builder .notice.bad')
  walk.outage = false
  await page.fill('#per_household', '2')
  await keep.click()
  await page.waitForSelector('.offer-state [data-stage=draft], .page-head [data-stage=draft]')
  const facts = await page.textContent('.offer-facts')
  assert(facts.includes('12.5') && facts.includes('2'), `the draft says ${facts}`)
  await page.waitForSelector('.offer-preview img.mini-picture')
  await look(walk, 'offer-draft')
  await page.locator('.offer-state .button.quiet').last().click()
  await page.click('.dialog button[type=submit]')
  await page.waitForSelector('.offer-row, .state')
  // Were there a second one for the answer that was lost, it would stay.
  await page.locator('.offer-row', { hasText: '可颂买一送一' }).first().waitFor({ state: 'detached' })
}

/** shop opens a shop, makes a clerk's link, and deletes the shop again. */
export async function shop(walk, { assert, look, openRoom, open }) {
  const { page } = walk
  if (walk.name === 'phone') await openRoom(walk, 'shops')
  else await open(page, 'shops')
  await page.click('.page-actions .primary')
  await page.fill('#shop-name', `${walk.name} shop`)
  await page.click('.dialog button[type=submit]')
  await page.locator('[data-shop]', { hasText: `${walk.name} shop` }).locator('.link').click()
  await page.locator('.card-head .primary').click()
  await page.click('.dialog button[type=submit]')
  const link = await page.textContent('.invite-link')
  assert(/\/till\/#join=\S{8,}$/.test(link), `the link is ${link}`)
  await look(walk, 'clerk-link')
  await page.keyboard.press('Escape')
  await page.waitForSelector('.dialog', { state: 'detached' })
  await page.locator('.shop-facts .button.quiet').click()
  await page.click('.dialog button[type=submit]')
  await page.waitForSelector('.page-actions .primary')
}

/** takeBack finds what the till wrote off, and takes one of it back with a reason. */
export async function takeBack(walk, { look, openRoom }) {
  const { page } = walk
  await openRoom(walk, 'shops')
  await page.click('.tabs a[href="/console/shops/redeemed"]')
  const row = page.locator('[data-redemption]', { has: page.locator('.button') }).first()
  const id = await row.getAttribute('data-redemption')
  await row.locator('.button').click()
  await page.click('.dialog button[type=submit]')
  await page.waitForSelector('#reverse-reason[aria-invalid]')
  await look(walk, 'take-back')
  await page.fill('#reverse-reason', '扫错了')
  await page.click('.dialog button[type=submit]')
  await page.locator(`[data-redemption="${id}"] .tag`).waitFor()
  await page.waitForSelector('.dialog', { state: 'detached' })
  await look(walk, 'redemptions')
}

/** member is found by her voucher, and given points she sees the reason of; what was given is in her history. */
export async function member(walk, code, { assert, look }) {
  const { page } = walk
  await page.click('.tabs a[href="/console/shops/find"]')
  await page.fill('#voucher-code', code)
  await page.click('.find [type=submit]')
  await page.locator('.offer-facts a[href*="/members/of/"]').click()
  await page.locator('[aria-labelledby=m-points] .card-head .button').click()
  await page.click('.dialog button[type=submit]')
  await page.waitForSelector('#adjust-points[aria-invalid]')
  await page.fill('#adjust-points', '7')
  await page.fill('#adjust-reason', '补偿')
  await page.click('.dialog button[type=submit]')
  const first = page.locator('.points-list li').first()
  await first.filter({ hasText: '补偿' }).waitFor()
  assert((await first.textContent()).includes('+7'), 'the points are not in the history')
  await page.waitForSelector('.dialog', { state: 'detached' })
  await look(walk, 'member')
}

/** quest makes one from a ready-made one, and ends it. */
export async function quest(walk, { look, openRoom }) {
  const { page } = walk
  await openRoom(walk, 'members')
  await page.click('.tabs a[href="/console/members/quests"]')
  await page.click('.page-actions .primary')
  await page.locator('#q-preset option').nth(1).waitFor({ state: 'attached' })
  await page.selectOption('#q-preset', { index: 1 })
  await look(walk, 'quest')
  await page.click('.dialog button[type=submit]')
  const row = page.locator('[data-quest]').first()
  await row.locator('.tag.good').waitFor()
  await row.locator('.actions .button').click()
  await page.click('.dialog button[type=submit]')
  await page.waitForSelector('.dialog', { state: 'detached' })
  await look(walk, 'quests')
}

/** closing sets when months close by themselves. */
export async function closing(walk, { look, openRoom }) {
  const { page } = walk
  await openRoom(walk, 'money')
  await page.click('.tabs a[href="/console/money/statements"]')
  await page.click('.closing .button')
  await page.fill('#closing-days', '29')
  await page.click('.dialog button[type=submit]')
  await page.waitForSelector('#closing-days[aria-invalid]')
  await look(walk, 'closing-ask')
  await page.fill('#closing-days', '3')
  await page.click('.dialog button[type=submit]')
  await page.waitForSelector('.closing[data-days="3"]')
  await page.waitForSelector('.dialog', { state: 'detached' })
  await look(walk, 'closing')
}
