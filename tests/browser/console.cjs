// Clicks through the console as its users do, with script switched off, in Danish and English, at the width of a desk
// and of a phone; takes a picture of each page; then asks axe-core about accessibility.
// Usage: node console.cjs FOLDER-OF-NODE_MODULES FOLDER-FOR-SCREENSHOTS; $CONSOLE is the address.
const fs = require('fs');
const path = require('path');
const [modules, shots] = process.argv.slice(2).map(p => path.resolve(p));
const { chromium } = require(path.join(modules, 'playwright-core'));
const axe = fs.readFileSync(path.join(modules, 'axe-core', 'axe.min.js'), 'utf8');
const base = process.env.CONSOLE;
const PERSON = '7506701001'; // of the samples; day + 60
const words = {
    da: { runs: 'Kørsler', differences: 'Forskelle', rejects: 'Afviste rækker', held: 'Tilbageholdte', person: 'Person',
          batches: 'Betalinger', rates: 'Satser', look: 'Slå op', approve: 'Godkend bunken', own: 'Du har selv samlet bunken',
          why: 'Hvorfor er det rigtigt?', compare: 'Sammenlign', login: 'Log ind', out: 'Log ud', month: 'marts 2024',
          steps: 'Beregningen, trin for trin', since: 'Ændringer siden måneden før', no: 'Det har du ikke ret til', cause: 'Til udbetaling, efter årsag', next: 'Næste →' },
    en: { runs: 'Runs', differences: 'Differences', rejects: 'Rejects', held: 'Held', person: 'Person', batches: 'Payments',
          rates: 'Rates', look: 'Look up', approve: 'Approve the batch', own: 'You made this batch yourself',
          why: 'Why is it right?', compare: 'Compare', login: 'Log in', out: 'Log out', month: 'March 2024',
          steps: 'The calculation, step by step', since: 'Changes since the month before',
          no: 'You are not permitted to do that', cause: 'To be paid, by cause', next: 'Next →' },
};
let failures = 0, checks = 0;
const seen = new Set(); // every address that was asked for
const expect = (ok, what) => {
    checks++;
    if (!ok) {
        failures++;
        console.error('FAILED: ' + what);
    }
};

// Axe needs a script; the pages do not: what was shown without one is loaded again by a browser that may run axe.
async function accessible(context, html, name) {
    const page = await context.newPage();
    // The page itself links its stylesheet; here there is no server to link to.
    const styled = html.replace(/<link rel="stylesheet"[^>]*>/,
        '<style>' + fs.readFileSync(path.join(__dirname, '../../config/console/console.css'), 'utf8') + '</style>');
    expect(styled !== html, name + ': no stylesheet');
    await page.setContent(styled);
    await page.evaluate(axe);
    const result = await page.evaluate(() => axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] }));
    for (const v of result.violations)
        expect(false, `${name}: ${v.id} (${v.impact}): ${v.help}: ${v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(', ')}`);
    checks++;
    // Nothing is cut or moved beyond the edge: as it is, enlarged to 200 per cent, and on the narrowest phone.
    const wide = page.viewportSize().width;
    for (const width of [wide, wide > 600 ? wide / 2 : 320]) {
        await page.setViewportSize({ width, height: 800 });
        const needed = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(needed <= width, `${name}: ${needed} wide at ${width}`);
    }
    await page.setViewportSize({ width: wide, height: 800 });
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await page.evaluate(() => axe.run(document, { runOnly: { type: 'rule', values: ['color-contrast'] } }));
    for (const v of dark.violations)
        expect(false, `${name}, dark: ${v.id}: ${v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(', ')}`);
    checks++;
    if (/^(runs|run|month|batch-approve)-da-desk$/.test(name))
        await page.screenshot({ path: path.join(shots, `dark-${name}.png`), fullPage: true });
    await page.close();
}

// Every stop of the keyboard is seen, in the order of the page, and none holds it fast.
async function stops(page, name) {
    const seen = [];
    for (let i = 0; i < 120; i++) {
        await page.keyboard.press('Tab');
        const stop = await page.evaluate(() => {
            const e = document.activeElement, style = getComputedStyle(e);
            const all = [...document.querySelectorAll('*')];
            return { place: all.indexOf(e), body: e === document.body, ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
                what: `${e.tagName} ${(e.innerText || e.name || '').slice(0, 30)}` };
        });
        if (stop.body || seen.some(one => one.place === stop.place))
            break;
        expect(stop.ring, `${name}: no ring around ${stop.what}`);
        expect(!seen.length || stop.place > seen[seen.length - 1].place, `${name}: out of order: ${stop.what}`);
        seen.push(stop);
    }
    expect(seen.length > 3 && seen.length < 120, `${name}: ${seen.length} stops`);
}

async function walk(browser, lang, size, viewport) {
    const w = words[lang];
    const scripted = await browser.newContext({ viewport });
    const person = async user => {
        const context = await browser.newContext({ viewport, javaScriptEnabled: false, acceptDownloads: true });
        context.setDefaultTimeout(15000);
        const page = await context.newPage();
        page.on('request', request => seen.add(request.url()));
        page.on('response', response => expect(response.status() < 400 || [403, 404].includes(response.status()),
            `${response.status()} ${response.url()}`));
        await page.goto(`${base}/login?lang=${lang}`);
        if (user === 'anna')
            await shot(page, 'login');
        await page.fill('input[name=user]', user);
        await page.fill('input[name=password]', 'hemmelig-' + user);
        await page.click(`button:has-text("${w.login}")`);
        return page;
    };
    const shot = async (page, name) => {
        await page.screenshot({ path: path.join(shots, `${name}-${lang}-${size}.png`), fullPage: true });
        const html = await page.content();
        expect(!/<script/i.test(html), name + ': a script');
        await accessible(scripted, html, `${name}-${lang}-${size}`);
        return html;
    };
    const go = (page, name) => page.click(`nav >> text="${w[name]}"`);
    const text = page => page.locator('main').innerText();

    const anna = await person('anna');
    expect((await text(anna)).includes(w.runs), 'the runs');
    await shot(anna, 'runs');
    await anna.click('main table >> text="4"');
    await shot(anna, 'run');
    await anna.click('main >> text="AFGOERELSE_MANGLER"');
    await shot(anna, 'finding');
    await go(anna, 'rejects');
    await shot(anna, 'rejects');
    await anna.click('main >> text=/ULAESELIGT_BELOEB$/ >> nth=-1');
    await anna.click(`nav >> text="${w.next}"`);
    expect((await text(anna)).includes('101–1'), 'the second page');
    await shot(anna, 'rejects-code');
    await go(anna, 'held');
    await shot(anna, 'held');
    await go(anna, 'person');
    await shot(anna, 'search');
    await anna.fill('input[name=cpr]', PERSON);
    await anna.click(`button:has-text("${w.look}")`);
    await shot(anna, 'person');
    await anna.click(`main >> text="${w.month}"`);
    const month = await text(anna);
    expect(month.includes(w.steps), 'the explanation');
    expect(month.includes(w.since), 'what changed since the month before');
    await shot(anna, 'month');
    await go(anna, 'differences');
    await anna.fill('input[name=before]', '4');
    await anna.fill('input[name=after]', '5');
    await anna.click(`button:has-text("${w.compare}")`);
    expect((await text(anna)).includes(w.cause), 'finance sees why the runs differ');
    await shot(anna, 'differences');
    const odense = await person('odense');
    await odense.goto(`${base}/differences?before=4&after=5`);
    const own = await text(odense);
    expect(own.includes('0461 Odense') && !own.includes('0101 '), 'the own municipality alone');
    await go(odense, 'person');
    await odense.fill('input[name=cpr]', PERSON);
    await odense.click(`button:has-text("${w.look}")`);
    expect((await text(odense)).includes(w.no), 'not a person of another municipality');
    await shot(odense, 'refused');
    await go(anna, 'rates');
    await shot(anna, 'rates');
    await go(anna, 'batches');
    await shot(anna, 'batches');
    // Each walk has a batch of its own to approve: 2, 3, 4 and, cancelled, none.
    const batch = { 'da-desk': '2', 'da-phone': '3', 'en-desk': '4' }[`${lang}-${size}`];
    if (batch) {
        await anna.click(`main table >> text="${batch}"`);
        expect((await text(anna)).includes(w.own), 'the maker cannot approve');
        await shot(anna, 'batch-own');
        const bo = await person('bo');
        await go(bo, 'batches');
        await bo.click(`main table >> text="${batch}"`);
        if (await bo.locator('input[name=despite_limits]').count())
            await bo.fill('input[name=despite_limits]', 'efterbetaling efter afgørelse');
        await shot(bo, 'batch-approve');
        await bo.click(`button:has-text("${w.approve}")`);
        expect(!(await text(bo)).includes(w.approve), 'approved');
        await shot(bo, 'batch-approved');
        await go(bo, 'batches');
        await bo.click('main table >> text="1"');
        const [download] = await Promise.all([bo.waitForEvent('download'), bo.click('form[action$="/file"] button')]);
        expect(fs.readFileSync(await download.path(), 'utf8').includes('<CstmrCdtTrfInitn>'), 'the payment file');
    }
    const rita = await person('rita');
    await rita.goto(`${base}/differences?before=4&after=5`);
    expect((await text(rita)).includes(w.cause), 'an auditor sees all of it');

    // By keyboard alone: the first stop is the link that skips to the content.
    await anna.goto(`${base}/runs`);
    await anna.keyboard.press('Tab');
    await anna.screenshot({ path: path.join(shots, `keyboard-${lang}-${size}.png`) });
    await anna.keyboard.press('Enter');
    expect(anna.url().endsWith('#content'), 'the skip link');
    if (size === 'desk') {
        for (const where of ['/runs', '/runs/4', '/rejects', '/differences', '/batches/1', '/rates']) {
            await anna.goto(base + where);
            await stops(anna, where);
        }
        // The way in with the keyboard alone.
        const door = await (await browser.newContext({ viewport, javaScriptEnabled: false })).newPage();
        await door.goto(`${base}/login?lang=${lang}`);
        await door.locator('input[name=user]').focus();
        await door.keyboard.type('rita');
        await door.keyboard.press('Tab');
        await door.keyboard.type('hemmelig-rita');
        await door.keyboard.press('Enter');
        await door.waitForURL('**/runs');
        await anna.goto(`${base}/runs`);
    }
    await anna.click(`button:has-text("${w.out}")`);
    await anna.goto(`${base}/runs`);
    expect(anna.url().includes('/login'), 'logged out');
    if (size === 'desk') {
        await rita.goto(`${base}/runs/4`);
        await rita.emulateMedia({ media: 'print' });
        await rita.screenshot({ path: path.join(shots, `print-${lang}.png`), fullPage: true });
    }
}

(async () => {
    fs.mkdirSync(shots, { recursive: true });
    const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
    for (const lang of ['da', 'en'])
        for (const [size, viewport] of [['desk', { width: 1280, height: 900 }], ['phone', { width: 390, height: 844 }]])
            await walk(browser, lang, size, viewport);
    await browser.close();
    for (const url of seen) {
        expect(url.startsWith(base + '/'), 'from outside: ' + url);
        expect(!/[0-9]{6}-?[0-9]{4}/.test(url.replace(/[0-9a-f]{8}-\d+/, '')), 'a CPR number in ' + url);
    }
    console.log(`browser: ${checks} checks, ${failures} failed; ${fs.readdirSync(shots).length} pictures in ${path.relative('.', shots)}`);
    process.exit(failures ? 1 : 0);
})().catch(trouble => {
    console.error(trouble);
    process.exit(1);
});
