// A brand's offer and its shop.

/** draft writes an offer that breaks a rule, is told which, keeps it as a draft and deletes it. */
export async function draft(walk, { assert, look }) {
  const { page } = walk
  await page.click('a[href="/console/offers/new"]')
  await page.fill('#title', '可颂买一送一')
  await page.fill('#body', '转发到朋友圈即可领取。')
  await page.locator('.finding[data-weight=refused] mark').first().waitFor()
  await look(walk, 'offer-finding')
  await page.fill('#body', '周末早晨 8 点出炉。')
  await page.fill('#value', '12.50')
  await page.fill('#per_household', '2')
  await page.waitForSelector('.finding', { state: 'detached' })
  await page.locator('.offer-send .button').nth(1).click()
  await page.waitForSelector('.offer-state [data-stage=draft], .page-head [data-stage=draft]')
  const facts = await page.textContent('.offer-facts')
  assert(facts.includes('12.5') && facts.includes('2'), `the draft says ${facts}`)
  await look(walk, 'offer-draft')
  await page.locator('.offer-state .button.quiet').last().click()
  await page.click('.dialog button[type=submit]')
  await page.waitForSelector('.offer-row, .state')
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
